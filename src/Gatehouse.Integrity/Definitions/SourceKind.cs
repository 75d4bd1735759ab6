namespace Gatehouse.Integrity.Definitions;

/// <summary>Where a server comes from.</summary>
public enum SourceKind
{
    /// <summary>A package of a registry.</summary>
    Package = 0,

    /// <summary>A container image.</summary>
    Image,

    /// <summary>An HTTP origin.</summary>
    Origin,

    /// <summary>A program of this machine.</summary>
    Program,
}
