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
/// Threat: strangers keep the gateway busy with signatures (CWE-400), or spend the rate that the provider needs (CWE-770). Size and the token of a
/// push come before any verification. Each issuer has a rate, which only refused requests spend, and those with the token of a push have another one.
/// </remarks>
/// <param name="sources">The issuers.</param>
/// <param name="receiver">Takes the events.</param>
/// <param name="journal">Records refusals.</param>
/// <param name="secrets">Reads the tokens of transmitters.</param>
internal sealed class EventEndpoints(EventSources sources, EventReceiver receiver, EventJournal journal, SecretResolver secrets)
{
    /// <summary>The most refused requests a minute at the endpoints of one issuer, by all; an address block has its part.</summary>
    public const int MostRefusedPerMinute = 600;

    /// <summary>The most bytes of a request: an event, encoded in a form.</summary>
    public const int MaxBodyBytes = EventTokens.MaxLength + 1024;

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

        // A valid token of the transmitter is no stranger's request, whatever address block it comes from.
        var isPush = route == EventRoutes.Push;
        var isTransmitter = isPush && IsTransmitter(context.Request, source.Issuer.Events!.PushToken!);
        var (rate, party) = isTransmitter ? (source.Transmissions, CallerPartition.Unknown) : (source.Strangers, peer);
        if (!rate.TryTake(party))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        if (isPush && !isTransmitter) await RefuseAsync(context, source, peer).ConfigureAwait(false);
        else if (await (isPush ? PushAsync(context, source, peer) : LogoutAsync(context, source, peer)).ConfigureAwait(false))
            rate.Return(party);
    }

    private static bool IsServed(IssuerEventsSettings settings, string route) =>
        route == EventRoutes.Push ? settings.PushToken is not null : settings.Logout;

    private Task RefuseAsync(HttpContext context, EventSource source, CallerPartition peer)
    {
        journal.Refused(source, new EventDelivery("push", EventForm.SecurityEvent, peer), EventFault.Authentication);
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"gatehouse\"";
        return AnswerAsync(context, StatusCodes.Status401Unauthorized, "err", EventFault.Authentication.Error);
    }

    private async Task<bool> PushAsync(HttpContext context, EventSource source, CallerPartition peer)
    {
        var text = IsOf(context.Request, "application/secevent+jwt") ? await BodyAsync(context).ConfigureAwait(false) : "";
        var delivery = new EventDelivery("push", EventForm.SecurityEvent, peer);
        return await ReceiveAsync(context, source, text, delivery, "err", StatusCodes.Status202Accepted).ConfigureAwait(false);
    }

    private async Task<bool> LogoutAsync(HttpContext context, EventSource source, CallerPartition peer)
    {
        var text = IsOf(context.Request, "application/x-www-form-urlencoded") ? await BodyAsync(context).ConfigureAwait(false) : "";
        if (text is { Length: > 0 })
            text = OAuthParameters.Read(Encoding.UTF8.GetBytes(text), out var form) is null ? form["logout_token"] ?? "" : "";
        var delivery = new EventDelivery("logout", EventForm.Logout, peer);
        return await ReceiveAsync(context, source, text, delivery, "error", StatusCodes.Status200OK).ConfigureAwait(false);
    }

    // True where it was taken.
    private async Task<bool> ReceiveAsync(HttpContext context, EventSource source, string? text, EventDelivery delivery, string member, int taken)
    {
        if (text is null)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, member, "invalid_request").ConfigureAwait(false);
            return false;
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

        return fault is null;
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
