namespace Gatehouse.Configuration.Keys;

/// <summary>The rows of <c>docs/reference/bounds.md</c> for bounds that callers do not share (<see cref="ConfigurationKey.BelongsTo"/>).</summary>
internal static class BoundOwner
{
    public const string Caller = "one caller";
    public const string Registrant = "one address block that registers clients or signs in";
    public const string Approval = "one approval: its rule, its question, one answer, one answer that is remembered; one withheld result";
    public const string Request = "one request: head, body, token, DPoP proof, certificate";
    public const string Answer = "one answer of a server, issuer or decision point";
    public const string Exchange = "one stream or exchange";
    public const string Session = "one session or process";
    public const string Lists = "one server, filled by its lists and definitions";
    public const string LogFile = "one entry or segment of the audit log, one file of it that is read";
    public const string Operator = "the operator, through configuration, locks, keys, approvals and revocations";
}
