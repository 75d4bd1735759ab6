namespace Gatehouse.Integrity.Definitions;

/// <summary>The kind of a server's source.</summary>
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
