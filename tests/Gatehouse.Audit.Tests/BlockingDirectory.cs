using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>A log folder in memory whose syncs can be held back or made to fail.</summary>
internal sealed class BlockingDirectory : ILogDirectory
{
    private readonly List<byte> written = [];

    public ManualResetEventSlim MaySync { get; } = new(initialState: true);

    public volatile bool Fails;

    public int Syncs { get; private set; }

    public string Text
    {
        get
        {
            lock (written) return System.Text.Encoding.UTF8.GetString([.. written.Where(b => b != 0)]);
        }
    }

    public IReadOnlyList<(long Number, long Length)> Segments() => [];

    public ILogFile Create(long number) => new MemoryFile(this);

    public long FreeBytes() => long.MaxValue;

    private sealed class MemoryFile(BlockingDirectory directory) : ILogFile
    {
        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (directory.written) directory.written.AddRange(bytes);
        }

        public void Sync()
        {
            directory.MaySync.Wait();
            directory.Syncs++;
            if (directory.Fails) throw new IOException("no disk");
        }

        public void Truncate(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}
