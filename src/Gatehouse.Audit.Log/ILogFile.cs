namespace Gatehouse.Audit.Log;

/// <summary>One file of the log. A seam for tests that make disks fail.</summary>
public interface ILogFile : IDisposable
{
    /// <summary>The bytes of the file.</summary>
    long Length { get; }

    /// <summary>Reads from the offset; fewer bytes than asked for only at the end.</summary>
    int Read(long offset, Span<byte> bytes);

    /// <summary>Writes all bytes at the offset.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when the written bytes are on stable storage (fdatasync).</summary>
    void Sync();

    /// <summary>Cuts the file to its length in use.</summary>
    void Truncate(long length);
}
