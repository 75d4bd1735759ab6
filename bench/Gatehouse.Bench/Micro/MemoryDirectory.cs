using Gatehouse.Audit.Log;

namespace Gatehouse.Bench.Micro;

/// <summary>A log folder without a disk: what is left is the log's own work.</summary>
internal sealed class MemoryDirectory : ILogDirectory
{
    public IReadOnlyList<(long Number, long Length)> Segments() => [];

    public ILogFile Create(long number) => new NoFile();

    public long FreeBytes() => long.MaxValue;

    private sealed class NoFile : ILogFile
    {
        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
        }

        public void Sync()
        {
        }

        public void Truncate(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}
