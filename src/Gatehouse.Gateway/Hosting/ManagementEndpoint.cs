using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit;
using Gatehouse.Gateway.Telemetry;
using Gatehouse.Identity.Partitions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Liveness, readiness, metrics and the state of upstream servers, on the management listener. The listener is on loopback, where every program of
/// the machine reaches it, and pages in a browser too. So a request with a foreign Host or with any Origin is refused (DNS rebinding, CWE-350), and
/// answers that name servers need the token, unless the configuration opens them by name.
/// </summary>
internal static class ManagementEndpoint
{
    private const string Scheme = "Bearer ";

    public static Task HandleAsync(HttpContext context, GatewayHost host)
    {
        var (status, text) = Answer(context.Request, host);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = status == StatusCodes.Status200OK && context.Request.Path.Value == "/metrics"
            ? PrometheusText.MediaType : "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
            // ID-08: a party that guesses this token is seen, like one that guesses any other. Good tokens come from scrapers, every few seconds, and
            // are counted.
            var why = context.Request.Headers.Authorization.Count == 0 ? AttemptReasons.NoToken : AttemptReasons.BadToken;
            host.Core.Services.Journal.NoteRefused(SourceOf(context), "management.refused", new AuditAttempt(AttemptPlace.Management, why), ("why", why));
        }
        else if (status == StatusCodes.Status200OK && NeedsToken(context.Request, host))
        {
            host.Core.Services.Journal.CountOf(SourceOf(context), new AuditAttempt(AttemptPlace.Management, null));
        }

        if (status == StatusCodes.Status405MethodNotAllowed) response.Headers.Allow = "GET, HEAD";
        return response.WriteAsync(text);
    }

    private static (int Status, string Text) Answer(HttpRequest request, GatewayHost host)
    {
        if (!IsOwn(request, host.Snapshots.Current.Settings.Management.Url!))
            return (StatusCodes.Status403Forbidden, "this Host or Origin is not served here\n");
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return (StatusCodes.Status405MethodNotAllowed, "GET only\n");
        return request.Path.Value switch
        {
            "/livez" => (200, "live\n"),
            "/readyz" when host.IsReady => (200, "ready\n"),
            "/readyz" => (503, host.IsDraining ? "draining\n" : host.Taking.IsCompleted ? "the audit log cannot be written\n" : "starting\n"),
            // Only for operators: a caller learns nothing of other servers, and of this one only the content of its own answer.
            "/upstreams" or "/metrics" when !MayRead(request, host) => (StatusCodes.Status401Unauthorized, Remedy(request, host)),
            "/upstreams" => (200, string.Concat(host.Upstreams.Health().Select(health => $"{health.Server}: {health.State}\n"))),
            "/metrics" => (200, host.Metrics().Text()),
            _ => (404, "not found\n"),
        };
    }

    // A page that rebinds its name to loopback sends its own name as Host; a page that calls across origins sends an Origin. No probe and
    // no scraper sends one.
    private static bool IsOwn(HttpRequest request, Uri management)
    {
        if (request.Headers.Origin.Count > 0 || request.Headers.Host.Count != 1) return false;
        var host = request.Host;
        return (host.Port ?? 80) == request.HttpContext.Connection.LocalPort
            && (host.Host is "127.0.0.1" or "[::1]" || string.Equals(host.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || string.Equals(host.Host, management.Host, StringComparison.OrdinalIgnoreCase));
    }

    // Threat: a program of another account on the machine reads the names of the servers and their usage (CWE-306). Without a token in the
    // configuration no request has the right one.
    private static bool NeedsToken(HttpRequest request, GatewayHost host) => request.Path.Value switch
    {
        "/metrics" => !host.Snapshots.Current.Settings.Management.OpensMetrics,
        "/upstreams" => !host.Snapshots.Current.Settings.Management.OpensUpstreams,
        _ => false,
    };

    private static string Remedy(HttpRequest request, GatewayHost host) => host.Snapshots.Current.Settings.Management.Token is not null
        ? "the token of management.token is needed\n"
        : $"a token is needed, and none is configured: set management.token, or open this path with management.open: [{request.Path.Value![1..]}]\n";

    private static CallerPartition SourceOf(HttpContext context) => CallerPartition.Of(context.Connection.RemoteIpAddress);

    private static bool MayRead(HttpRequest request, GatewayHost host)
    {
        if (!NeedsToken(request, host)) return true;
        if (host.Snapshots.Current.Settings.Management.Token is not { } reference) return false;
        var shown = request.Headers.Authorization;
        return shown.Count == 1 && shown[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(shown[0].AsSpan(Scheme.Length).Trim()), Hash(host.Secrets.Resolve(reference).Reveal()));
    }

    // Equal lengths, so that the comparison takes the same time whatever was shown.
    private static byte[] Hash(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return SHA256.HashData(bytes);
    }
}
