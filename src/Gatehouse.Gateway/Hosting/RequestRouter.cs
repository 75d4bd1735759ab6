using System.Collections.Immutable;
using Gatehouse.AuthorizationServer;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthZen.Serving;
using Gatehouse.Gateway.SignIn;
using Gatehouse.Gateway.Transport;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Metadata;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.ProviderEvents;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The closed list of open endpoints (ID-01): protected resource metadata, the metadata of the decision service where there is one, and the preflight
/// of named origins, the endpoints of the authorization server where there is one, and those of events of providers. Questions to the decision
/// service need a token of its own audience. Every other request runs the pipeline, which begins with the token.
/// </summary>
internal sealed class RequestRouter(
    McpEndpoint endpoint, DecisionEndpoint decisions, AuthorizationServerHost authorization, EventEndpoints events, SnapshotHolder snapshots,
    RefusedOrigins origins, string? developmentIssuer)
{
    private const string ExposedHeaders = "Mcp-Session-Id, WWW-Authenticate, DPoP-Nonce, Gatehouse-Request-Id";

    private const string AllowedHeaders =
        "Authorization, DPoP, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name";

    private const int MostMarkedParameters = 32;
    private const int LongestRequestedHeaders = 4096;

    public Task HandleAsync(HttpContext context)
    {
        var snapshot = snapshots.Current;
        var settings = snapshot.Settings;
        SecureByDefault(context, settings);
        AllowNamedOrigin(context, settings);
        // Whatever the answer is, a body of that size is not read.
        if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
            HttpMessageSource.SayThatItCloses(context);
        var head = new HttpRequestHead(context);
        head.Place?.Hear();
        if (!head.IsFramedPlainly)
        {
            // To a reader in front of us, the next bytes on this connection may be the rest of this request.
            context.Response.Headers.Connection = "close";
            return endpoint.HandleAsync(context, head); // the pipeline refuses it and records that
        }

        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(ProtectedResourceMetadata.WellKnownPrefix, StringComparison.Ordinal)) return MetadataAsync(context, settings, path);
        if (settings.DecisionService is not null && path == DecisionEndpoint.MetadataPath)
            return DecisionEndpoint.HandleMetadataAsync(context, settings);
        if (settings.DecisionService is not null && path.StartsWith(DecisionEndpoint.Prefix, StringComparison.Ordinal))
            return decisions.HandleAsync(context, snapshot);
        if (settings.AuthorizationServer is not null && Routes.Has(path)) return AuthorizationAsync(context, settings, path);
        if (path.StartsWith(EventRoutes.Prefix, StringComparison.Ordinal) && EventRoutes.AreServed(settings)) return EventsAsync(context, settings);
        if (HttpMethods.IsOptions(context.Request.Method))
            return PreflightAsync(context, settings.Servers.Any(s => s.Path == path) && IsServed(context, settings), "POST, GET, DELETE");
        return endpoint.HandleAsync(context, head);
    }

    private Task AuthorizationAsync(HttpContext context, GatewaySettings settings, string path)
    {
        var served = IsServed(context, settings);
        // Threat: a script of a named origin reads a page that is for a person (FAPI 2.0 Security Profile §5.3.2.2).
        var isForPrograms = Routes.ForPrograms.Contains(path);
        if (!isForPrograms) ForbidOtherOrigins(context);
        if (HttpMethods.IsOptions(context.Request.Method))
            return PreflightAsync(context, served && isForPrograms, "GET, POST");
        if (served) return authorization.HandleAsync(context, settings);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    // Only programs of the provider send events: no browser has a part in it.
    private Task EventsAsync(HttpContext context, GatewaySettings settings)
    {
        ForbidOtherOrigins(context);
        if (IsServed(context, settings) && !HttpMethods.IsOptions(context.Request.Method))
            return events.HandleAsync(context, AuthorizationServerHost.PartitionOf(settings, context.Connection.RemoteIpAddress));
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static void SecureByDefault(HttpContext context, GatewaySettings settings)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (settings.PublicUrl.Scheme == Uri.UriSchemeHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }

    private static void AllowNamedOrigin(HttpContext context, GatewaySettings settings)
    {
        var origins = context.Request.Headers.Origin;
        if (origins.Count != 1 || !settings.AllowedOrigins.Contains(origins[0]!, StringComparer.OrdinalIgnoreCase)) return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origins[0];
        headers.AccessControlExposeHeaders = ExposedHeaders;
        headers.Vary = "Origin";
    }

    private static void ForbidOtherOrigins(HttpContext context)
    {
        context.Response.Headers.Remove("Access-Control-Allow-Origin");
        context.Response.Headers.Remove("Access-Control-Expose-Headers");
    }

    private static bool IsServed(HttpContext context, GatewaySettings settings) => HostPolicy.IsServed(context.Request.Headers.Host, settings);

    private Task PreflightAsync(HttpContext context, bool known, string methods)
    {
        var headers = context.Response.Headers;
        if (!known || headers.AccessControlAllowOrigin.Count == 0)
        {
            if (known && context.Request.Headers.Origin is [{ Length: > 0 } origin]) origins.Report(origin);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = string.Join(", ", MarkedParameters(context).Prepend(AllowedHeaders));
        headers.AccessControlMaxAge = "600";
        headers.Vary = "Origin, Access-Control-Request-Headers";
        return Task.CompletedTask;
    }

    // The names of mirrored parameters are those of each tool, so they cannot be listed; "*" would allow every header, and covers no Authorization
    // (Fetch §4.9).
    private static IEnumerable<string> MarkedParameters(HttpContext context)
    {
        var asked = context.Request.Headers.AccessControlRequestHeaders.ToString();
        return asked.Length > LongestRequestedHeaders
            ? []
            : asked.Split(',', StringSplitOptions.TrimEntries).Where(IsMarkedParameter).Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(MostMarkedParameters);
    }

    private static bool IsMarkedParameter(string name) =>
        name.Length > HeaderNames.ParameterPrefix.Length && name.StartsWith(HeaderNames.ParameterPrefix, StringComparison.OrdinalIgnoreCase)
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    // RFC 9728 §3.1: the path-inserted form; the root form answers for the first server (A03).
    private Task MetadataAsync(HttpContext context, GatewaySettings settings, string path)
    {
        var server = path == ProtectedResourceMetadata.WellKnownPrefix
            ? settings.Servers[0]
            : settings.Servers.FirstOrDefault(s => ProtectedResourceMetadata.WellKnownPath(s.Path) == path);
        var served = IsServed(context, settings);
        // clients send MCP-Protocol-Version here too
        if (HttpMethods.IsOptions(context.Request.Method)) return PreflightAsync(context, server is not null && served, "GET");
        if (server is null || !served || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = served ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        var document = new ProtectedResourceMetadata
        {
            Resource = settings.Resource(server),
            AuthorizationServers = AuthorizationServers(settings, server),
            ScopesSupported = [.. server.Scopes],
            ResourceName = server.Name,
            ProofAlgorithms = IssuerProfile.AllAlgorithms,
            DemandsProof = server.SenderConstraint == SenderConstraintRequirement.DPoP,
            TakesCertificateBoundTokens = settings.Listen.ClientCertificates != ClientCertificates.Off,
        };
        context.Response.Headers.CacheControl = "max-age=300";
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(document.ToUtf8Json()).AsTask();
    }

    // RFC 9728 §2: a client requests its token from the issuers that this lists, so the list has no issuer whose tokens the server does not accept.
    private ImmutableArray<string> AuthorizationServers(GatewaySettings settings, ServerSettings server)
    {
        var own = settings.AuthorizationServer is not null && server.TakesIssuer(settings.Origin) ? [settings.Origin] : Enumerable.Empty<string>();
        var taken = own.Concat(settings.Issuers.Select(IssuerProfiles.Of).Where(profile => IssuerMetadata.Names(profile).Any(server.TakesIssuer))
            .Select(IssuerMetadata.AuthorizationServer));
        return developmentIssuer is not null && server.TakesIssuer(developmentIssuer) ? [.. taken, developmentIssuer] : [.. taken];
    }
}
