using System.Diagnostics;
using Gatehouse.Audit.Log;

namespace Gatehouse.Bench.Micro;

/// <summary>A log folder on disk that notes how long each commit took, from its write to the end of its sync.</summary>
internal sealed class TimedDirectory(string path) : ILogDirectory
{
    private readonly LogDirectory inner = new(path);

    public List<long> Ticks { get; } = [];

    public IReadOnlyList<(long Number, long Length)> Segments() => inner.Segments();

    public ILogFile Create(long number) => new TimedFile(inner.Create(number), Ticks);

    public long FreeBytes() => inner.FreeBytes();

    private sealed class TimedFile(ILogFile file, List<long> ticks) : ILogFile
    {
        private long started;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            started = Stopwatch.GetTimestamp();
            file.Write(offset, bytes);
        }

        public void Sync()
        {
            file.Sync();
            ticks.Add(Stopwatch.GetTimestamp() - started);
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
