namespace Gatehouse.Analyzers.CommandLine;

/// <summary>What one analysis reads at most. What is beyond is counted and reported, never taken for clean (CWE-400).</summary>
internal static class AnalysisBounds
{
    /// <summary>Files of a folder tree that are looked at.</summary>
    public const int MaxFiles = 20_000;

    /// <summary>Bytes of one file.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>Bytes of all files together.</summary>
    public const long MaxBytes = 128L * 1024 * 1024;

    /// <summary>Folders in folders.</summary>
    public const int MaxDepth = 32;

    /// <summary>Expressions and blocks in one another, and <c>#if</c> of a file. The compiler descends with the stack (CWE-674).</summary>
    public const int MaxNesting = 1_000;

    /// <summary>The stack of the parser, which descends before the nesting of a file is known.</summary>
    public const int StackMebibytes = 256;

    /// <summary>Projects that are analysed.</summary>
    public const int MaxProjects = 200;

    /// <summary>Findings of one analysis.</summary>
    public const int MaxFindings = 5_000;

    /// <summary>Texts of what was not read.</summary>
    public const int MaxSkipped = 1_000;

    /// <summary>Time of the whole analysis.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(2);
}
