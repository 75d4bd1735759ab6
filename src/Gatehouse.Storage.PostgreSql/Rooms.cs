namespace Gatehouse.Storage.PostgreSql;

/// <summary>
/// The rooms: one row for each table, or part of a table, that has a limit of rows. It holds their number, and is the lock of those who write there.
/// </summary>
internal static class Rooms
{
    public const string Grants = "grants";

    public const string Credentials = "credentials";

    public const string CredentialsWithoutGrant = "credentials_without_grant";

    /// <summary>The rooms of grants and credentials, as SQL.</summary>
    public const string OfGrants = "'credentials', 'credentials_without_grant', 'grants'";

    /// <summary>The rooms of questions and answers, as SQL.</summary>
    public const string OfApprovals = "'approval_answers', 'approvals'";
}
