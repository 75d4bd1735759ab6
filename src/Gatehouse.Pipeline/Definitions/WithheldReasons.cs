using Gatehouse.Integrity.Locks;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>Why a definition is withheld, as events say it. The caller is told none of it.</summary>
public static class WithheldReasons
{
    /// <summary>It cannot be pinned: its texts nest beyond what can be listed.</summary>
    public const string NotListable = "definition-not-listable";

    /// <summary>The server's list has two different definitions of the name.</summary>
    public const string Repeated = "definition-repeated";

    /// <summary>It is another one than the caller was told in this session.</summary>
    public const string ChangedInSession = "definition-changed-in-session";

    /// <summary>More definitions changed or came in this session than are remembered.</summary>
    public const string TooManyInSession = "definition-too-many-in-session";

    /// <summary>An administrator took the approval back.</summary>
    public const string Revoked = "definition-revoked";

    /// <summary>Inspection found what blocks.</summary>
    public const string HardFinding = "definition-hard-finding";

    /// <summary>Inspection found what a person should look at, and the configuration withholds that.</summary>
    public const string SoftFinding = "definition-soft-finding";

    /// <summary>The slug of a standing; null for an approved one.</summary>
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
