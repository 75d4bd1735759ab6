using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EntraStandIn;

/// <summary>
/// Stands in for the login service of Microsoft Entra ID (v2.0), for Microsoft Graph and for the managed identity of a machine, on loopback. It does
/// what their documentation describes and refuses everything else.
/// </summary>
public sealed class StandIn : IAsyncDisposable
{
    private const int MostFaults = 1000;
    public const string ControlHeader = "X-Stand-In-Control";

    private readonly WebApplication web;
    private readonly TimeProvider time;
    private readonly X509Certificate2? certificate;
    private readonly X509Certificate2? clientCertificate;
    private readonly string? folder;
    private readonly ConcurrentQueue<string> faults = new();
    private readonly ConcurrentDictionary<string, int> requests = new(StringComparer.Ordinal);
    private readonly Throttle tokenThrottle = new();
    private readonly Throttle graphThrottle = new();
    private Services? services;

    private StandIn(WebApplication web, TimeProvider time, X509Certificate2? certificate, X509Certificate2? clientCertificate, string? folder) =>
        (this.web, this.time, this.certificate, this.clientCertificate, this.folder) = (web, time, certificate, clientCertificate, folder);

    // These parts are made in StartAsync, because they need the address of the stand-in.
    private sealed record Services(
        Tenant Tenant, Tokens Tokens, GrantTable Grants, PrivilegedAccess Access, SignInEndpoints SignIn,
        TokenEndpoint Token, GraphEndpoint Graph, ManagedIdentityEndpoint Identity);

    /// <summary>The address of the login service and of Graph, without a path.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>The authority of the tenant, as MSAL takes it.</summary>
    public string Authority => $"{Origin}/{Tenant.Id}";

    /// <summary>The address of the metadata service of the machine.</summary>
    public string IdentityOrigin { get; private set; } = "";

    /// <summary>The certificate to trust, as PEM.</summary>
    public string CertificateFile => Path.Join(folder, "certificate.pem");

    /// <summary>Settings that a test changes.</summary>
    public Knobs Knobs { get; } = new();

    /// <summary>The assignments of Privileged Identity Management.</summary>
    public PrivilegedAccess Access => services!.Access;

    /// <summary>The applications.</summary>
    public Tenant Registered => services!.Tenant;

    /// <summary>Life of access tokens, in seconds.</summary>
    public int TokenLife
    {
        get => services!.Tokens.Life;
        set => services!.Tokens.Life = value;
    }

    /// <summary>Answers with tokens.</summary>
    public int SignedIn => requests.GetValueOrDefault("signed-in");

    /// <summary>The refusals so far, in the words of the answers.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Certificate and key of the remote server, as PEM.</summary>
    public string ClientCertificateFile => Path.Join(folder, "remote-server.pem");

    /// <summary>The file with the token of the workload.</summary>
    public string WorkloadTokenFile => Path.Join(folder, "workload-token");

    /// <summary>Starts over plain HTTP, without files and without a managed identity, for tests in the same process.</summary>
    /// <param name="time">The clock.</param>
    public static async Task<StandIn> StartAsync(TimeProvider time)
    {
        var standIn = new StandIn(Build(static kestrel => kestrel.Listen(IPAddress.Loopback, 0)), time, null, null, null);
        await standIn.BeginAsync();
        return standIn;
    }

    /// <summary>Starts.</summary>
    /// <param name="folder">A folder for this account alone, in which certificates and the token of the workload are written.</param>
    /// <param name="port">The port for HTTPS; 0 for any that is free.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The port is taken, or a file cannot be written.</exception>
    public static async Task<StandIn> StartAsync(string folder, int port, TimeProvider time)
    {
        // TLS reads the clock of the system.
        var certificate = Certificates.ForServer(TimeProvider.System.GetUtcNow());
        var clientCertificate = Certificates.ForClient(time.GetUtcNow());
        var web = Build(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var standIn = new StandIn(web, time, certificate, clientCertificate, folder);
        await standIn.BeginAsync();
        await File.WriteAllTextAsync(standIn.CertificateFile, certificate.ExportCertificatePem());
        await Certificates.WriteSecretAsync(standIn.ClientCertificateFile, Certificates.WithKey(clientCertificate));
        await standIn.RenewWorkloadTokenAsync();
        return standIn;
    }

    /// <summary>The addresses and files, as the line of JSON that the program prints.</summary>
    public string Describe() => new JsonObject
    {
        ["authority"] = Authority,
        ["graph"] = Origin,
        ["certificate"] = CertificateFile,
        ["tenant"] = Tenant.Id,
        ["control"] = Origin + "/control",
        ["identity"] = IdentityOrigin,
        ["clientCertificate"] = ClientCertificateFile,
        ["workloadToken"] = WorkloadTokenFile,
    }.ToJsonString();

    /// <summary>Writes a new token of the workload, as a cluster does before the last one ends.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task RenewWorkloadTokenAsync() => Certificates.WriteSecretAsync(WorkloadTokenFile, services!.Tokens.Workload());

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        certificate?.Dispose();
        clientCertificate?.Dispose();
    }

    private static WebApplication Build(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            listen(kestrel);
        });
        return builder.Build();
    }

    private async Task BeginAsync()
    {
        web.Run(AnswerAsync);
        await web.StartAsync();
        var ports = web.Urls.Select(static url => new Uri(url)).ToList();
        IdentityOrigin = $"http://127.0.0.1:{ports.Single(static url => url.Scheme == "http").Port}";
        Origin = certificate is null ? IdentityOrigin : $"https://localhost:{ports.Single(static url => url.Scheme == "https").Port}";
        var (tenant, tokens, grants) = (new Tenant(clientCertificate), new Tokens(Origin, Knobs, time), new GrantTable());
        var access = new PrivilegedAccess(Origin, time);
        services = new Services(tenant, tokens, grants, access, new SignInEndpoints(tenant, grants, Knobs, Origin, time),
            new TokenEndpoint(tenant, grants, tokens, new ClientAuthentication(tenant, tokens, Origin, time), Knobs, Origin, time),
            new GraphEndpoint(tenant, tokens, access, Knobs, Origin, time.GetUtcNow()), new ManagedIdentityEndpoint(tenant, tokens, Origin, time));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (services is not { } parts)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (await Knobs.Before(context)) return;
        if (certificate is not null && !context.Request.IsHttps)
        {
            Count("identity");
            await parts.Identity.AnswerAsync(context);
            return;
        }

        // A page of another name that resolves to loopback gets no answer (CWE-350).
        if (context.Request.Host.Host is not ("localhost" or "127.0.0.1"))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        try
        {
            await RouteAsync(context, parts);
        }
        catch (GraphException fault)
        {
            Note(fault);
            await GraphEndpoint.RefuseAsync(context, fault);
        }
        catch (EntraException fault) when (IsPage(context))
        {
            Note(fault);
            await Pages.EndAsync(context, "Sorry, but we're having trouble signing you in", Answers.Description(context, fault, time.GetUtcNow()), 400);
        }
        catch (EntraException fault)
        {
            Note(fault);
            await Answers.FaultAsync(context, fault, time.GetUtcNow());
        }
    }

    private async Task RouteAsync(HttpContext context, Services parts)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith("/v1.0/", StringComparison.Ordinal))
        {
            Count("graph");
            GraphEndpoint.Identify(context);
            if (graphThrottle.Take() is { } seconds)
            {
                Answers.SetRetryAfter(context, seconds);
                throw new GraphException(429, "TooManyRequests", "Too many requests.");
            }

            await parts.Graph.AnswerAsync(context);
            return;
        }

        switch (path)
        {
            case "/control": await ControlAsync(context, parts); return;
            case "/device": await parts.SignIn.DeviceAsync(context); return;
            case Tenant.WorkloadIssuer + "/.well-known/openid-configuration":
                await Answers.JsonAsync(context, new JsonObject
                { ["issuer"] = Origin + Tenant.WorkloadIssuer, ["jwks_uri"] = $"{Origin}{Tenant.WorkloadIssuer}/keys" });
                return;
            case Tenant.WorkloadIssuer + "/keys": await Answers.JsonAsync(context, parts.Tokens.WorkloadKeys()); return;
        }

        var rest = InTenant(path);
        switch (rest)
        {
            case "/v2.0/.well-known/openid-configuration": await Answers.JsonAsync(context, Metadata()); return;
            case "/discovery/v2.0/keys": await Answers.JsonAsync(context, parts.Tokens.Keys()); return;
            case "/oauth2/v2.0/authorize": Count("authorize"); await parts.SignIn.AuthorizeAsync(context); return;
            case "/login": await parts.SignIn.LoginAsync(context); return;
            case "/consent": await parts.SignIn.ConsentAsync(context); return;
            case "/oauth2/v2.0/devicecode": Count("devicecode"); await parts.SignIn.DeviceCodeAsync(context); return;
            case "/oauth2/v2.0/token": await TokenAsync(context, parts); return;
            default: throw new EntraException("invalid_request", 404, "The endpoint does not exist.", 404);
        }
    }

    private async Task TokenAsync(HttpContext context, Services parts)
    {
        Count("token");
        if (tokenThrottle.Take() is { } seconds)
        {
            Answers.SetRetryAfter(context, seconds);
            throw new EntraException("temporarily_unavailable", 90055, "There are too many incoming requests.", 429);
        }

        var answer = await parts.Token.RedeemAsync(context);
        Count("signed-in");
        await Answers.JsonAsync(context, answer);
    }

    private static string InTenant(string path)
    {
        var end = path.IndexOf('/', 1);
        var tenant = end < 0 ? path.TrimStart('/') : path[1..end];
        if (tenant is Tenant.Id or Tenant.Domain) return end < 0 ? "" : path[end..];
        throw tenant is "common" or "organizations" or "consumers"
            ? new EntraException("invalid_request", 50194, "The application is not configured as a multi-tenant application. Use a tenant-specific endpoint.")
            : new EntraException("invalid_request", 90002, $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
    }

    private static bool IsPage(HttpContext context) => context.Request.Path.Value is { } path
        && (path == "/device" || path.EndsWith("/authorize", StringComparison.Ordinal) || path.EndsWith("/login", StringComparison.Ordinal)
            || path.EndsWith("/consent", StringComparison.Ordinal));

    private JsonObject Metadata()
    {
        var metadata = Described();
        Knobs.Metadata(metadata);
        return metadata;
    }

    private JsonObject Described() => new()
    {
        ["token_endpoint"] = $"{Authority}/oauth2/v2.0/token",
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "private_key_jwt", "client_secret_basic"),
        ["jwks_uri"] = $"{Authority}/discovery/v2.0/keys",
        ["response_modes_supported"] = new JsonArray("query", "fragment", "form_post"),
        ["subject_types_supported"] = new JsonArray("pairwise"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["response_types_supported"] = new JsonArray("code"),
        ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
        ["issuer"] = $"{Authority}/v2.0",
        ["request_uri_parameter_supported"] = false,
        ["authorization_endpoint"] = $"{Authority}/oauth2/v2.0/authorize",
        ["device_authorization_endpoint"] = $"{Authority}/oauth2/v2.0/devicecode",
        ["claims_supported"] = new JsonArray("sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email"),
        ["cloud_instance_name"] = "microsoftonline.com",
        ["msgraph_host"] = new Uri(Origin).Authority,
    };

    // For tests alone. The header keeps pages of a browser out (CWE-352): a script of another origin cannot send it.
    private async Task ControlAsync(HttpContext context, Services parts)
    {
        if (context.Request.Headers[ControlHeader] != "yes") throw new EntraException("invalid_request", 403, $"Send the header {ControlHeader}: yes.", 403);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            try
            {
                var wanted = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
                foreach (var (name, value) in wanted as JsonObject ?? throw new JsonException()) Change(name, value, parts);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                throw new EntraException("invalid_request", 400, "The body is not one of the acts that the README lists.");
            }
        }

        await Answers.JsonAsync(context, new JsonObject
        { ["requests"] = new JsonObject(requests.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) });
    }

    private void Change(string name, JsonNode? value, Services parts)
    {
        switch (name)
        {
            case "throttleToken": tokenThrottle.Set(value!["count"]!.GetValue<int>(), value["retryAfter"]!.GetValue<int>()); break;
            case "throttleGraph": graphThrottle.Set(value!["count"]!.GetValue<int>(), value["retryAfter"]!.GetValue<int>()); break;
            case "tokenLife": parts.Tokens.Life = value!.GetValue<int>(); break;
            case "withdrawConsent": parts.Grants.Consents.Clear(); break;
            case "revokeRefreshTokens": parts.Grants.RefreshTokens.Clear(); break;
            case "signOut": parts.SignIn.SignOut(); break;
            case "demand": Knobs.Demand = value is null ? static (_, _, _) => null : Demands(value); break;
            case "graphClaims": Knobs.GraphClaims = (string?)value; break;
            default: throw new KeyNotFoundException(name);
        }
    }

    private static Func<Registration, Person, string, AccessDemand?> Demands(JsonNode value)
    {
        var demand = new AccessDemand(value["number"]!.GetValue<int>(), value["value"]!.GetValue<string>());
        var (client, person, api) = ((string?)value["client"], (string?)value["person"], (string?)value["api"]);
        return (asking, one, resource) => (client ?? asking.AppId) == asking.AppId && (person ?? one.UserPrincipalName) == one.UserPrincipalName
            && (api ?? resource) == resource ? demand : null;
    }

    private void Note(Exception fault)
    {
        faults.Enqueue(fault.Message);
        if (faults.Count > MostFaults) faults.TryDequeue(out _);
    }

    private void Count(string name) => requests.AddOrUpdate(name, 1, static (_, count) => count + 1);
}
