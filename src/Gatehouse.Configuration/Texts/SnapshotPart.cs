namespace Gatehouse.Configuration.Texts;

/// <summary>The part that a text has in a configuration.</summary>
public enum SnapshotPart
{
    /// <summary>The file of <c>--config</c>.</summary>
    Main,

    /// <summary>A file of <c>policyFiles</c>.</summary>
    Policy,

    /// <summary>The file of <c>lock.file</c>.</summary>
    Lock,

    /// <summary>Values from flags and named variables. It has no path.</summary>
    Outside,
}
