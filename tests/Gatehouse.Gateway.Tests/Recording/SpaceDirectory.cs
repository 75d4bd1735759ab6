using Gatehouse.Audit.Log;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A log folder on disk whose free space is what a test says.</summary>
internal sealed class SpaceDirectory(string path) : ILogDirectory
{
    private readonly LogDirectory inner = new(path);
    private long free = long.MaxValue;

    public string Path => path;

    public long Free
    {
        set => Interlocked.Exchange(ref free, value);
    }

    public IReadOnlyList<(long Number, long Length)> Segments() => inner.Segments();

    public ILogFile Create(long number) => inner.Create(number);

    public long FreeBytes() => Interlocked.Read(ref free);
}
