namespace Gatehouse.Integrity.Origins;

/// <summary>The kind of source of a server's code.</summary>
public enum OriginKind
{
    /// <summary>A program on this machine.</summary>
    Program,

    /// <summary>A script on this machine, run by an interpreter.</summary>
    Script,

    /// <summary>A package of the npm registry.</summary>
    Npm,

    /// <summary>A package of PyPI.</summary>
    PyPi,

    /// <summary>A package of NuGet.</summary>
    NuGet,

    /// <summary>A container image.</summary>
    Image,

    /// <summary>A repository or archive that is fetched at start.</summary>
    Repository,

    /// <summary>A server elsewhere, reached by its URL.</summary>
    Remote,

    /// <summary>Built into its client.</summary>
    BuiltIn,

    /// <summary>The entry does not say.</summary>
    Unknown,
}
