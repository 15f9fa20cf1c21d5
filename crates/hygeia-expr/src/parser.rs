//! Tokens to syntax: a Pratt parser with CEL's precedences.

use crate::ir::Comparison;
use crate::lexer::{Token, lex};
use crate::problem::Problem;
use crate::syntax::{Binary, Form, Syntax};
use crate::value::Value;
use std::ops::Range;

/// Deepest nesting accepted, of brackets and of operators in a chain: keeps hostile input off the end of the
/// stack, here and in every later walk over the tree.
const MAX_DEPTH: usize = 100;

const UNARY: u8 = 8;

pub(crate) fn parse(source: &str) -> Result<Syntax, Problem> {
    let tokens = lex(source)?;
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    if *parser.peek() == Token::End {
        return Err(Problem::new(0..source.len(), "the expression is empty"));
    }
    let syntax = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(syntax),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes the token at hand; the last one, `End`, is never passed.
    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(own) if *own == sign)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<Range<usize>, Problem> {
        let span = self.span();
        if self.accept(sign) { Ok(span) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = match self.peek() {
            Token::End => "the end of the expression".to_owned(),
            Token::Name(name) => format!("`{name}`"),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Int(_) | Token::Decimal(_) => "a number".to_owned(),
            Token::Text(_) => "a text".to_owned(),
        };
        Problem::new(self.span(), format!("expected {wanted}, found {found}")).maybe(match self.peek() {
            Token::Name(name) if name == "and" => Some("write `&&`".to_owned()),
            Token::Name(name) if name == "or" => Some("write `||`".to_owned()),
            _ => None,
        })
    }

    fn too_deep(&self) -> Problem {
        Problem::new(self.span(), format!("more than {MAX_DEPTH} operators or brackets within each other"))
    }

    /// An expression whose operators all bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Syntax, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep());
        }
        let mut left = self.prefix()?;
        loop {
            if left.depth > MAX_DEPTH {
                return Err(self.too_deep());
            }
            if self.is_sign(".") || self.is_sign("(") {
                left = self.postfix(left)?;
            } else if self.is_sign("?") && least == 0 {
                left = self.conditional(left)?;
            } else if let Some((operator, power)) = self.operator().filter(|(_, power)| *power > least) {
                self.next();
                let right = self.expression(power)?;
                let span = left.span.start..right.span.end;
                left = Syntax::new(span, Form::Binary(operator, Box::new(left), Box::new(right)));
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<(Binary, u8)> {
        let sign = match self.peek() {
            Token::Sign(sign) => *sign,
            Token::Name(name) if name == "in" => "in",
            _ => return None,
        };
        let compare = |comparison| (Binary::Compare(comparison), 4);
        Some(match sign {
            "||" => (Binary::Or, 2),
            "&&" => (Binary::And, 3),
            "==" => compare(Comparison::Equal),
            "!=" => compare(Comparison::NotEqual),
            "<" => compare(Comparison::Less),
            "<=" => compare(Comparison::LessEqual),
            ">" => compare(Comparison::Greater),
            ">=" => compare(Comparison::GreaterEqual),
            "in" => (Binary::In, 4),
            "+" => (Binary::Add, 5),
            "-" => (Binary::Subtract, 5),
            "*" => (Binary::Multiply, 6),
            "/" => (Binary::Divide, 6),
            "%" => (Binary::Remainder, 6),
            _ => return None,
        })
    }

    fn conditional(&mut self, condition: Syntax) -> Result<Syntax, Problem> {
        self.expect("?")?;
        let yes = self.expression(1)?;
        self.expect(":")?;
        let no = self.expression(0)?;
        let span = condition.span.start..no.span.end;
        Ok(Syntax::new(span, Form::If(Box::new(condition), Box::new(yes), Box::new(no))))
    }

    fn postfix(&mut self, left: Syntax) -> Result<Syntax, Problem> {
        let start = left.span.start;
        if self.accept(".") {
            let (token, span) = self.next();
            let Token::Name(name) = token else {
                return Err(Problem::new(span, "expected a name after `.`"));
            };
            return Ok(Syntax::new(start..span.end, Form::Member(Box::new(left), name)));
        }
        self.expect("(")?;
        let (arguments, end) = self.items(")")?;
        Ok(Syntax::new(start..end, Form::Call(Box::new(left), arguments)))
    }

    /// Expressions with commas up to a closing bracket, and where it ends.
    fn items(&mut self, close: &'static str) -> Result<(Vec<Syntax>, usize), Problem> {
        let mut items = Vec::new();
        while !self.is_sign(close) {
            items.push(self.expression(0)?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(close).map(|span| (items, span.end))
    }

    fn prefix(&mut self) -> Result<Syntax, Problem> {
        let wanted = "a value, a name or `(`";
        let problem = self.unexpected(wanted);
        let (token, span) = self.next();
        let kind = match token {
            Token::Int(number) => Form::Literal(Value::Int(number)),
            Token::Decimal(number) => Form::Literal(Value::Decimal(number)),
            Token::Text(text) => Form::Literal(Value::Text(text)),
            Token::Name(name) => match name.as_str() {
                "true" => Form::Literal(Value::Bool(true)),
                "false" => Form::Literal(Value::Bool(false)),
                "null" => Form::Literal(Value::Null),
                "in" => return Err(problem),
                "not" if !self.is_sign("(") && !self.is_sign(".") && self.operator().is_none() => {
                    return Err(Problem::new(span, "`not` is not an operator").help("write `!`"));
                }
                _ => Form::Name(name),
            },
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                let close = self.expect(")")?;
                return Ok(Syntax { span: span.start..close.end, ..inner });
            }
            Token::Sign("[") => {
                let (items, end) = self.items("]")?;
                return Ok(Syntax::new(span.start..end, Form::List(items)));
            }
            Token::Sign(sign @ ("!" | "-")) => {
                let inner = self.expression(UNARY)?;
                let span = span.start..inner.span.end;
                let inner = Box::new(inner);
                return Ok(Syntax::new(
                    span,
                    if sign == "!" { Form::Not(inner) } else { Form::Negate(inner) },
                ));
            }
            _ => return Err(problem),
        };
        Ok(Syntax::new(span, kind))
    }
}
