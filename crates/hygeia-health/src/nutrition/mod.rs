//! Nutrition 膳食营养: weekly menus against intake references.
