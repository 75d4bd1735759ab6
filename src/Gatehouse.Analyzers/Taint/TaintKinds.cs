namespace Gatehouse.Analyzers.Taint;

/// <summary>The uses for which a value is still dangerous. A check or a conversion takes away those that it makes safe.</summary>
[Flags]
internal enum TaintKinds
{
    None = 0,

    /// <summary>The command line of a process, or the text of a program (CWE-78, CWE-94).</summary>
    Command = 1,

    /// <summary>A path that leaves its folder by <c>..</c> (CWE-22).</summary>
    PathUp = 2,

    /// <summary>A path that replaces its folder, because it is absolute (CWE-36).</summary>
    PathRoot = 4,

    /// <summary>The text of a query (CWE-89).</summary>
    Sql = 8,

    /// <summary>The host of an outward request (CWE-918).</summary>
    Url = 16,

    /// <summary>The name of a type, or a text that names types (CWE-502).</summary>
    Type = 32,

    /// <summary>The text of an exception (CWE-209).</summary>
    Exception = 64,

    Path = PathUp | PathRoot,

    /// <summary>Everything that an argument is dangerous for before it is checked.</summary>
    Argument = Command | Path | Sql | Url | Type,
}
