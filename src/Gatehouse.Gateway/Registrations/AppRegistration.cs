namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// The registration of an application, as Microsoft Graph gives it ("application resource type", learn.microsoft.com), as far as the doctor judges
/// it. The texts come from outside.
/// </summary>
internal sealed record AppRegistration
{
    /// <summary>The application (client) id; null where it cannot be read.</summary>
    public Guid? AppId { get; init; }

    /// <summary>The id of the object in the directory; null where it cannot be read.</summary>
    public Guid? ObjectId { get; init; }

    /// <summary>Accounts that may sign in; null where it cannot be read.</summary>
    public string? SignInAudience { get; init; }

    /// <summary>Whether every redirect and flow without a platform counts as one of a public client ("Allow public client flows").</summary>
    public bool IsFallbackPublicClient { get; init; }

    /// <summary>Whether the authorization endpoint issues access tokens itself (implicit grant).</summary>
    public bool IssuesAccessTokensImplicitly { get; init; }

    /// <summary>Whether the authorization endpoint issues ID tokens itself (implicit and hybrid flow).</summary>
    public bool IssuesIdTokensImplicitly { get; init; }

    /// <summary>The version of access tokens for the application; null counts as 1.</summary>
    public int? TokenVersion { get; init; }

    /// <summary>The groups that tokens name; null for no group.</summary>
    public string? GroupClaims { get; init; }

    /// <summary>The redirect URIs of all platforms.</summary>
    public IReadOnlyList<RegisteredRedirect> Redirects { get; init; } = [];

    /// <summary>Secrets and certificates.</summary>
    public IReadOnlyList<RegisteredCredential> Credentials { get; init; } = [];

    /// <summary>The permissions that the application requests.</summary>
    public IReadOnlyList<RequestedPermission> Permissions { get; init; } = [];

    /// <summary>The scopes that the application exposes.</summary>
    public IReadOnlyList<ExposedScope> Scopes { get; init; } = [];

    /// <summary>Clients that call the application without a consent of the person.</summary>
    public IReadOnlyList<PreAuthorizedClient> PreAuthorized { get; init; } = [];

    /// <summary>The number of owners; null where it was not read.</summary>
    public int? Owners { get; init; }

    /// <summary>Federated credentials; null where they were not read.</summary>
    public IReadOnlyList<FederatedCredential>? Federated { get; init; }

    /// <summary>Granted permissions; null where they were not read.</summary>
    public IReadOnlyList<GrantedPermission>? Grants { get; init; }

    /// <summary>Whether grants of both kinds were read: delegated ones, and those of the application itself.</summary>
    public bool HasBothGrants { get; init; }

    /// <summary>JSON paths of members that Microsoft Graph always gives and that are not there.</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>JSON paths of members that have another form than Microsoft Graph documents.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
