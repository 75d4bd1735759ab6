using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Partitions;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.ProviderEvents;

/// <summary>The endpoints of <see cref="EventRoutes"/>.</summary>
/// <remarks>
/// Threat: strangers keep the gateway busy with signatures (CWE-400). Rate, size and the token of a push come before any verification.
/// </remarks>
internal sealed class EventEndpoints
{
    /// <summary>The most requests a minute, by all; an address block has its part.</summary>
    public const int MostPerMinute = 600;

    /// <summary>The most bytes of a request: an event, encoded in a form.</summary>
    public const int MaxBodyBytes = EventTokens.MaxLength + 1024;

    private readonly EventSources sources;
    private readonly EventReceiver receiver;
    private readonly SecretResolver secrets;
    private readonly StrangerRate rate;

    /// <summary>Makes the endpoints.</summary>
    public EventEndpoints(EventSources sources, EventReceiver receiver, SecretResolver secrets, IEventHost host, TimeProvider time)
    {
        (this.sources, this.receiver, this.secrets) = (sources, receiver, secrets);
        rate = new StrangerRate(MostPerMinute, () => host.Settings.Limits.CallerShare, time);
    }

    /// <summary>Answers a request whose path begins with <see cref="EventRoutes.Prefix"/>.</summary>
    public async Task HandleAsync(HttpContext context, CallerPartition peer)
    {
        context.Response.Headers.CacheControl = "no-store";
        var path = context.Request.Path.Value!;
        var route = EventRoutes.All.FirstOrDefault(one => path.StartsWith(one, StringComparison.Ordinal));
        if (route is null || sources.Find(path[route.Length..]) is not { } source || !IsServed(source.Issuer.Events!, route))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        if (!rate.TryTake(peer))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        await (route == EventRoutes.Push ? PushAsync(context, source, peer) : LogoutAsync(context, source, peer)).ConfigureAwait(false);
    }

    private static bool IsServed(IssuerEventsSettings settings, string route) =>
        route == EventRoutes.Push ? settings.PushToken is not null : settings.Logout;

    private async Task PushAsync(HttpContext context, EventSource source, CallerPartition peer)
    {
        if (!IsTransmitter(context.Request, source.Issuer.Events!.PushToken!))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"gatehouse\"";
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, "err", "authentication_failed").ConfigureAwait(false);
            return;
        }

        var text = IsOf(context.Request, "application/secevent+jwt") ? await BodyAsync(context).ConfigureAwait(false) : "";
        var delivery = new EventDelivery("push", EventForm.SecurityEvent, peer);
        await ReceiveAsync(context, source, text, delivery, "err", StatusCodes.Status202Accepted).ConfigureAwait(false);
    }

    private async Task LogoutAsync(HttpContext context, EventSource source, CallerPartition peer)
    {
        var text = IsOf(context.Request, "application/x-www-form-urlencoded") ? await BodyAsync(context).ConfigureAwait(false) : "";
        if (text is { Length: > 0 })
            text = OAuthParameters.Read(Encoding.UTF8.GetBytes(text), out var form) is null ? form["logout_token"] ?? "" : "";
        var delivery = new EventDelivery("logout", EventForm.Logout, peer);
        await ReceiveAsync(context, source, text, delivery, "error", StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(HttpContext context, EventSource source, string? text, EventDelivery delivery, string member, int taken)
    {
        if (text is null)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, member, "invalid_request").ConfigureAwait(false);
            return;
        }

        var (fault, _) = await receiver.ReceiveAsync(source, text, delivery, context.RequestAborted).ConfigureAwait(false);
        if (fault is null) context.Response.StatusCode = taken;
        else if (delivery.Form == EventForm.Logout) // Back-Channel Logout 1.0 §2.8: a logout that failed is answered with 400 too
            await AnswerAsync(context, StatusCodes.Status400BadRequest, member, fault.IsTemporary ? fault.Error : "invalid_request")
                .ConfigureAwait(false);
        else
        {
            var status = fault.IsTemporary ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest;
            await AnswerAsync(context, status, member, fault.Error).ConfigureAwait(false);
        }
    }

    private bool IsTransmitter(HttpRequest request, SecretReference reference)
    {
        if (request.Headers.Authorization is not [{ } given] || !given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return false;
        try
        {
            var expected = secrets.Resolve(reference);
            return CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(given["Bearer ".Length..])),
                SHA256.HashData(Encoding.UTF8.GetBytes(expected.Reveal().ToString())));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static bool IsOf(HttpRequest request, string type) =>
        request.Headers.ContentType is [{ } given] && request.Headers.ContentEncoding.Count == 0
        && given.Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase);

    // Null where it is too large. Anything that is not ASCII is no token.
    private static async Task<string?> BodyAsync(HttpContext context)
    {
        var body = new byte[MaxBodyBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted)
            .ConfigureAwait(false);
        return length > MaxBodyBytes ? null : Encoding.ASCII.GetString(body, 0, length).Trim();
    }

    private static Task AnswerAsync(HttpContext context, int status, string member, string error)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { [member] = error }.ToJsonString(), context.RequestAborted);
    }
}
