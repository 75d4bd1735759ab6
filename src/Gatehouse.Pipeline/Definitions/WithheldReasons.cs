using Gatehouse.Integrity.Locks;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>The reasons why definitions are withheld, as events contain them. The caller learns none of them.</summary>
public static class WithheldReasons
{
    /// <summary>It cannot be pinned: its texts are nested too deeply to be listed.</summary>
    public const string NotListable = "definition-not-listable";

    /// <summary>The server's list has two different definitions of the name.</summary>
    public const string Repeated = "definition-repeated";

    /// <summary>It differs from the one that the caller was shown in this session.</summary>
    public const string ChangedInSession = "definition-changed-in-session";

    /// <summary>More definitions were changed or added in this session than can be remembered.</summary>
    public const string TooManyInSession = "definition-too-many-in-session";

    /// <summary>An administrator revoked the approval.</summary>
    public const string Revoked = "definition-revoked";

    /// <summary>Inspection has a hard finding, which always withholds.</summary>
    public const string HardFinding = "definition-hard-finding";

    /// <summary>Inspection has a finding for review by a person, and the configuration withholds such definitions.</summary>
    public const string SoftFinding = "definition-soft-finding";

    /// <summary>Returns the slug of a status; null for an approved one.</summary>
    public static string? Of(DefinitionStatus standing) => standing switch
    {
        DefinitionStatus.Approved => null,
        DefinitionStatus.ServerNotLocked => "definition-server-not-locked",
        DefinitionStatus.SourceDiffers => "definition-source-differs",
        DefinitionStatus.CommandDiffers => "definition-command-differs",
        DefinitionStatus.New => "definition-new",
        DefinitionStatus.Different => "definition-different",
        DefinitionStatus.Expired => "definition-expired",
        _ => "definition-not-approved",
    };
}
