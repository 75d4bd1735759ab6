using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace EntraStandIn;

/// <summary>The content of the tenant: people, applications and ids. It is fixed, and the README describes it.</summary>
public sealed class Tenant
{
    public const string Id = "8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0001";
    public const string OtherId = "8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0002";
    public const string Domain = "contoso.example";

    public const string LocalServer = "1f2e3d4c-0000-4000-8000-00000000c001";
    public const string LocalServerDevice = "1f2e3d4c-0000-4000-8000-00000000c002";
    public const string RemoteServer = "1f2e3d4c-0000-4000-8000-00000000c003";
    public const string KeylessServer = "1f2e3d4c-0000-4000-8000-00000000c004";
    public const string Doctor = "1f2e3d4c-0000-4000-8000-00000000c005";
    public const string Classic = "1f2e3d4c-0000-4000-8000-00000000c006";
    public const string Gateway = "1f2e3d4c-0000-4000-8000-00000000c007";

    public const string GraphTools = "1f2e3d4c-0000-4000-8000-00000000c008";
    public const string OldTools = "1f2e3d4c-0000-4000-8000-00000000c009";

    public const string RemoteSecret = "rem8Q~secret-of-the-remote-server";
    public const string DoctorSecret = "doc8Q~secret-of-the-doctor";
    public const string ClassicSecret = "cla8Q~secret-of-the-classic-tutorial";

    public const string GatewaySecret = "gat8Q~secret-of-the-gateway-itself";
    public const string GatewayScope = $"api://{Gateway}/{RemoteScope}";

    public const string AliceId = "5ad2c1f0-0000-4000-8000-0000000a11ce";
    public const string Group = "bbbbbbbb-0000-4000-8000-000000000001";
    public const string Role = "cccccccc-0000-4000-8000-000000000001";

    public const string ManagedIdentityClient = "2a000000-0000-4000-8000-00000000d001";
    public const string ManagedIdentityPrincipal = "2a000000-0000-4000-8000-00000000d002";
    public const string WorkloadSubject = "system:serviceaccount:mcp:entra-remote-server";

    /// <summary>The path of the issuer of workload tokens: a cluster's.</summary>
    public const string WorkloadIssuer = "/workload";

    /// <summary>The scope and the role of the remote server's own API.</summary>
    public const string RemoteScope = "Mcp.Call";

    /// <summary>The scope of the two APIs behind the gateway.</summary>
    public const string ApiScope = "Tools.Call";

    /// <summary>The app role of the remote server's own API.</summary>
    public const string RemoteRole = "Mcp.Operator";

    public static Person Alice { get; } = new(AliceId, "alice@contoso.example", "Alice", "Example", "Engineer", "Building 7")
    {
        Roles = [(RemoteServer, RemoteRole), (KeylessServer, RemoteRole), (Gateway, RemoteRole)],
    };

    public static Person Bob { get; } = new("5ad2c1f0-0000-4000-8000-000000000b0b", "bob@contoso.example", "Bob", "Sample", "Auditor", "Building 2");

    private readonly ConcurrentDictionary<string, Registration> registrations;

    /// <param name="remoteCertificate">The certificate of the remote server; null for none.</param>
    public Tenant(X509Certificate2? remoteCertificate) => registrations = new(new[]
    {
        new Registration(LocalServer, "Local MCP server")
        {
            PublicRedirects = ["http://localhost", $"ms-appx-web://microsoft.aad.brokerplugin/{LocalServer}"],
            GraphScopes = ["User.Read"],
        },
        new Registration(LocalServerDevice, "Local MCP server with device code")
        {
            PublicRedirects = ["http://localhost"],
            AllowsPublicFlows = true,
            GraphScopes = ["User.Read"],
        },
        new Registration(RemoteServer, "Remote MCP server")
        {
            WebRedirects = ["https://localhost/auth/callback", "https://mcp.contoso.example/auth/callback"],
            Secret = RemoteSecret,
            Certificate = remoteCertificate,
            AccessTokenVersion = 2,
            Scopes = [RemoteScope],
            AppRoles = [RemoteRole],
            IdTokenClaims = ["email"],
            AccessTokenClaims = ["email", "idtyp"],
            GraphScopes = ["User.Read"],
        },
        new Registration(KeylessServer, "Remote MCP server without a secret")
        {
            WebRedirects = ["https://localhost/auth/callback", "https://mcp.contoso.example/auth/callback"],
            FederatedCredentials =
            [
                new FederatedCredential("cluster", WorkloadIssuer, WorkloadSubject),
                new FederatedCredential("managed-identity", $"/{Id}/v2.0", ManagedIdentityPrincipal),
            ],
            AccessTokenVersion = 2,
            Scopes = [RemoteScope],
            AppRoles = [RemoteRole],
            AccessTokenClaims = ["idtyp"],
            GraphScopes = ["User.Read"],
        },
        new Registration(Doctor, "Registration reader") { Secret = DoctorSecret, GraphRoles = ["Application.Read.All"] },
        new Registration(Gateway, "Gatehouse")
        {
            WebRedirects = ["https://gateway.example/oauth/callback/entra"],
            Secret = GatewaySecret,
            AccessTokenVersion = 2,
            Scopes = [RemoteScope],
            AppRoles = [RemoteRole],
            GraphScopes = ["User.Read"],
            GraphRoles = ["PrivilegedAssignmentSchedule.Read.AzureADGroup", "RoleAssignmentSchedule.Read.Directory"],
            ApiScopes = [(GraphTools, ApiScope), (OldTools, ApiScope)],
            AdminConsent = [$"{GraphTools}/{ApiScope}"],
        },
        // Two servers behind the gateway, with tokens of both versions. An administrator has consented to the first.
        new Registration(GraphTools, "Graph tools") { AccessTokenVersion = 2, Scopes = [ApiScope] },
        new Registration(OldTools, "Old tools") { Scopes = [ApiScope] },
        // As many tutorials leave it: everything that `gatehouse doctor entra` names.
        new Registration(Classic, "Classic tutorial")
        {
            SignInAudience = "AzureADMultipleOrgs",
            PublicRedirects = ["http://localhost"],
            WebRedirects = ["https://localhost/auth/callback", "https://*.contoso.example/auth/callback", "http://127.0.0.1:5000/auth/callback"],
            AllowsPublicFlows = true,
            Secret = ClassicSecret,
            SecretDays = 9,
            Scopes = ["access_as_user"],
            GraphScopes = ["User.Read", "Mail.ReadWrite", "Files.ReadWrite.All", "Directory.ReadWrite.All"],
            AdminConsent = ["Directory.ReadWrite.All"],
        },
    }.Select(static registration => KeyValuePair.Create(registration.AppId, registration)), StringComparer.Ordinal);

    /// <summary>The people, by their names in the directory.</summary>
    public static IReadOnlyDictionary<string, Person> People { get; } = new[] { Alice, Bob }.ToDictionary(
        static person => person.UserPrincipalName, StringComparer.Ordinal);

    /// <summary>The applications, by their ids.</summary>
    public IReadOnlyDictionary<string, Registration> Registrations => registrations;

    /// <summary>Changes a registration, as an administrator does.</summary>
    public void Change(string appId, Func<Registration, Registration> change) => registrations[appId] = change(registrations[appId]);
}
