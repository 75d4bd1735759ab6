namespace Gatehouse.Credentials.Review;

/// <summary>The rights of one server's credential beside what the server needs, and the faults of the two together (AZ-08).</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Kind">The kind of the credential, as the configuration names it.</param>
/// <param name="Source">The issuer, the reference, the resource or the service.</param>
/// <param name="Scopes">The scopes that the configuration requests; empty where it names none.</param>
/// <param name="Needed">The scopes that the server's metadata name (RFC 9728); null where they name none, or cannot be read.</param>
/// <param name="Use">The use of the server by people, as the log has it; null without a log.</param>
/// <param name="Findings">The faults, the worst first.</param>
/// <param name="Smaller">Scopes that are enough, where there are fewer; null where the configuration can stay.</param>
public sealed record ReviewedCredential(
    string Server, string Kind, string Source, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Needed, ServerUse? Use,
    IReadOnlyList<ReviewFinding> Findings, IReadOnlyList<string>? Smaller);
