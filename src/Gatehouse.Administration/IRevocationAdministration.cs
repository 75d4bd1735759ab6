using Gatehouse.Identity.Revocations;

namespace Gatehouse.Administration;

/// <summary>Tokens that are refused before their time (ID-07).</summary>
internal interface IRevocationAdministration
{
    /// <summary>The issuers of the configuration in force.</summary>
    IReadOnlyCollection<string> Issuers { get; }

    /// <summary>Refuses the tokens that are named, and ends the exchanges opened by them.</summary>
    /// <returns>The number of exchanges that were ended.</returns>
    ValueTask<int> RevokeAsync(RevocationKind kind, string issuer, string value, string reason);

    /// <summary>Refuses every token of a subject issued until now, ends its sessions and its exchanges.</summary>
    ValueTask<SubjectRevoked> RevokeSubjectAsync(string subject, string reason);
}
