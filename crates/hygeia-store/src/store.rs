//! The open database: a pool of readers and one writer with group commit.

use crate::days::KeptYears;
use crate::db::{Conn, Dialect};
use crate::error::{Result, StoreError};
use crate::pending::Batch;
use crate::pool::{Address, Forced, Pool};
use crate::roll::KeptStays;
use crate::schema::Active;
use crate::seal::Seal;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;

/// Jobs one commit takes at most.
const BATCH: usize = 256;

/// How to reach a database.
pub struct StoreOptions {
    /// `sqlite:PATH`, `sqlite::memory:` (a file that goes with the store) or `postgres://…`.
    pub url: String,
    /// Key of personal data, kept outside the database.
    pub key: [u8; 32],
    /// Connections for reading.
    pub readers: usize,
}

impl std::fmt::Debug for StoreOptions {
    /// Without key and password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreOptions").field("readers", &self.readers).finish_non_exhaustive()
    }
}

/// What readers and the writer share.
pub(crate) struct Shared {
    pub(crate) seal: Seal,
    pub(crate) active: RwLock<Arc<Active>>,
    /// Counts by day that were read before.
    pub(crate) years: KeptYears,
    /// Who was where when, read before.
    pub(crate) stays: KeptStays,
}

impl Shared {
    pub(crate) fn active(&self) -> Arc<Active> {
        self.active.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An open database. Cheap to clone; closing waits for what is queued.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    dialect: Dialect,
    pool: Pool,
    queue: Mutex<Option<SyncSender<Job>>>,
    writer: Mutex<Option<thread::JoinHandle<()>>>,
    /// Folder of a database that lives only as long as the store.
    _folder: Option<tempfile::TempDir>,
}

/// Answers the caller once the commit has, or has not, happened.
type Reply = Box<dyn FnOnce(Option<String>) + Send>;
/// One queued piece of work: whether it succeeded, and how to answer.
type Job = Box<dyn FnOnce(&mut Writer<'_>) -> (bool, Reply) + Send>;

/// Reads, on a connection of its own or inside a write.
pub struct Reader<'a> {
    pub(crate) conn: &'a mut dyn Conn,
    pub(crate) shared: &'a Shared,
    /// What the transaction has still to write, when this reader stands inside one.
    pub(crate) batch: Option<&'a mut Batch>,
}

impl Reader<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    /// The packs in force, as this transaction sees them.
    pub(crate) fn active(&self) -> Arc<Active> {
        let own = self.batch.as_ref().and_then(|batch| batch.active.clone());
        own.unwrap_or_else(|| self.shared.active())
    }
}

/// Writes, inside the writer's transaction; reads see what it has written.
pub struct Writer<'a> {
    reader: Reader<'a>,
}

impl Writer<'_> {
    /// What the transaction has still to write.
    pub(crate) fn batch(&mut self) -> Result<&mut Batch> {
        self.reader.batch.as_deref_mut().ok_or(StoreError::Stopped)
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;
    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for Writer<'a> {
    fn deref_mut(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }
}

impl Store {
    /// Opens the database and brings the fixed tables up to date.
    ///
    /// # Errors
    ///
    /// When the address cannot be read or reached, or a newer program has written there.
    pub fn open(options: StoreOptions) -> Result<Store> {
        Store::open_with(options, Forced::EachCommit)
    }

    /// Like [`Store::open`], for making what can be made again from nothing: commits are not forced to the disk one by
    /// one, so a cut of power may spoil the database. Open it anew to work with it in earnest.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_to_build(options: StoreOptions) -> Result<Store> {
        Store::open_with(options, Forced::Sometime)
    }

    fn open_with(options: StoreOptions, mut forced: Forced) -> Result<Store> {
        let mut folder = None;
        let address = if options.url == "sqlite::memory:" {
            let made = tempfile::tempdir().map_err(|error| StoreError::Address(error.to_string()))?;
            let path = made.path().join("hygeia.db");
            folder = Some(made);
            // It does not outlive the program.
            forced = Forced::Sometime;
            Address::Sqlite(path)
        } else if let Some(path) = options.url.strip_prefix("sqlite:") {
            Address::Sqlite(PathBuf::from(path))
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            Address::Postgres(options.url.clone())
        } else {
            return Err(StoreError::Address(options.url));
        };
        let mut conn = address.writer(forced)?;
        let dialect = conn.dialect();
        crate::schema::create_fixed(&mut *conn)?;
        let seal = Seal::new(&options.key);
        crate::schema::check_key(&mut *conn, &seal)?;
        let active = Active::of_fixed(&mut *conn)?;
        let shared = Arc::new(Shared {
            seal,
            active: RwLock::new(Arc::new(active)),
            years: KeptYears::default(),
            stays: KeptStays::default(),
        });
        let (queue, jobs) = sync_channel::<Job>(4 * BATCH);
        let address = Arc::new(address);
        let (for_writer, writer_address) = (shared.clone(), address.clone());
        let writer = thread::Builder::new()
            .name("hygeia-writer".into())
            .spawn(move || write_loop(conn, (&writer_address, forced), &for_writer, &jobs))
            .map_err(|error| StoreError::Address(error.to_string()))?;
        Ok(Store {
            inner: Arc::new(Inner {
                shared,
                dialect,
                pool: Pool::new(address, options.readers),
                queue: Mutex::new(Some(queue)),
                writer: Mutex::new(Some(writer)),
                _folder: folder,
            }),
        })
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Runs `f` on a reading connection; it sees one state of the database throughout. Reads do not nest: the inner one
    /// could wait for a connection the outer one holds.
    ///
    /// # Errors
    ///
    /// What `f` returns, or a failure to get a connection.
    pub fn read<T>(&self, f: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        let mut lease = self.inner.pool.lease()?;
        let conn = lease.conn().ok_or(StoreError::Stopped)?;
        let result = f(&mut Reader { conn, shared: &self.inner.shared, batch: None });
        lease.give_back();
        result
    }

    /// Runs `f` in the writer's next transaction and returns when it is durable. Submissions that wait together share
    /// a commit; one that fails is undone alone. Writes do not nest: the inner one would wait for the outer.
    ///
    /// # Errors
    ///
    /// What `f` returns, or the failure of the commit.
    pub fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_soon(f)?.wait()
    }

    /// Queues `f` like [`Store::write`], but does not wait: the next piece of a long load is made while this is written.
    ///
    /// # Errors
    ///
    /// When the writer has stopped.
    pub fn write_soon<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Queued<T>> {
        let (sender, receiver) = sync_channel::<Result<T>>(1);
        self.write_then(f, move |answer| {
            // The caller may have given up waiting; the work is done all the same.
            let _ = sender.send(answer);
        })?;
        Ok(Queued(receiver))
    }

    /// Queues `f` like [`Store::write`]; `then` gets the answer when it is durable. It is called by the writer, which
    /// everybody waits for, so it should only hand the answer on; it is dropped uncalled when `f` panics.
    ///
    /// # Errors
    ///
    /// When the writer has stopped.
    pub fn write_then<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static,
        then: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<()> {
        let job: Job = Box::new(move |writer| {
            let result = f(writer);
            let ok = result.is_ok();
            let reply: Reply = Box::new(move |failed| {
                then(match failed {
                    Some(cause) => Err(StoreError::RolledBack(cause)),
                    None => result,
                });
            });
            (ok, reply)
        });
        let queue = {
            let queue = self.inner.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.clone().ok_or(StoreError::Stopped)?
        };
        queue.send(job).map_err(|_| StoreError::Stopped)
    }
}

/// A write that stands in the queue; it is done whether or not anyone waits for it.
#[must_use = "a write that was not waited for may not be durable, or may have failed"]
pub struct Queued<T>(Receiver<Result<T>>);

impl<T> Queued<T> {
    /// Returns when the write is durable.
    ///
    /// # Errors
    ///
    /// What the queued function returns, or the failure of the commit.
    pub fn wait(self) -> Result<T> {
        self.0.recv().map_err(|_| StoreError::Stopped)?
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The last handle may go away inside a job; a writer that panicked has nothing left to wait for.
            if writer.thread().id() != thread::current().id() {
                let _ = writer.join();
            }
        }
    }
}

fn write_loop(
    mut conn: Box<dyn Conn>,
    (address, forced): (&Address, Forced),
    shared: &Shared,
    jobs: &Receiver<Job>,
) {
    let mut batch = Batch::default();
    while let Ok(first) = jobs.recv() {
        batch.begin();
        let mut replies = Vec::new();
        let outcome = run_batch(&mut *conn, shared, &mut batch, first, jobs, &mut replies);
        let failed = outcome.err().map(|error| {
            tracing::error!(%error, "a batch of writes was rolled back");
            batch.forget();
            // A connection that cannot even roll back is replaced; a failed replacement is tried again next time.
            if conn.batch("ROLLBACK").is_err()
                && let Ok(fresh) = address.writer(forced)
            {
                conn = fresh;
            }
            error.to_string()
        });
        if failed.is_none()
            && let Some(active) = batch.active.take()
        {
            *shared.active.write().unwrap_or_else(PoisonError::into_inner) = active;
        }
        for reply in replies {
            reply(failed.clone());
        }
    }
}

fn run_batch(
    conn: &mut dyn Conn,
    shared: &Shared,
    batch: &mut Batch,
    first: Job,
    jobs: &Receiver<Job>,
    replies: &mut Vec<Reply>,
) -> Result<()> {
    conn.batch(match conn.dialect() {
        Dialect::Sqlite => "BEGIN IMMEDIATE",
        Dialect::Postgres => "BEGIN",
    })?;
    let mut next = Some(first);
    while let Some(job) = next.take() {
        run_job(conn, shared, batch, job, replies)?;
        if replies.len() < BATCH {
            next = jobs.try_recv().ok();
        }
    }
    let mut writer = Writer { reader: Reader { conn, shared, batch: Some(batch) } };
    writer.settle_last()?;
    writer.counties_store()?;
    writer.conn.batch("COMMIT")
}

/// Runs one job inside a savepoint of the open transaction.
fn run_job(
    conn: &mut dyn Conn,
    shared: &Shared,
    batch: &mut Batch,
    job: Job,
    replies: &mut Vec<Reply>,
) -> Result<()> {
    conn.execute("SAVEPOINT job", &[])?;
    let before = batch.mark();
    let ran = catch_unwind(AssertUnwindSafe(|| {
        job(&mut Writer { reader: Reader { conn: &mut *conn, shared, batch: Some(&mut *batch) } })
    }));
    let ok = match ran {
        Ok((ok, reply)) => {
            replies.push(reply);
            ok
        }
        // The answering end is gone with the job, so its caller learns that the writer stopped on it.
        Err(_) => false,
    };
    if ok {
        batch.keep();
        conn.execute("RELEASE SAVEPOINT job", &[]).map(|_| ())
    } else {
        batch.undo(before);
        conn.batch("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")
    }
}
