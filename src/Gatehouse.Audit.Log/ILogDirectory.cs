namespace Gatehouse.Audit.Log;

/// <summary>The folder of the log. A seam for tests that make disks fail.</summary>
public interface ILogDirectory
{
    /// <summary>Returns numbers and lengths of the segments there, ascending.</summary>
    IReadOnlyList<(long Number, long Length)> Segments();

    /// <summary>Creates the segment with the number; it must not exist.</summary>
    ILogFile Create(long number);

    /// <summary>Returns the free bytes on the volume.</summary>
    long FreeBytes();
}
