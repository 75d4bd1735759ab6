using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Peers.Events;

/// <summary>
/// A transmitter of Shared Signals (SSF 1.0) on loopback: metadata, one stream, verification, and delivery of security event tokens by poll
/// (RFC 8936) and push (RFC 8935). An event is delivered until the receiver acknowledges it. Tests change the content of events.
/// </summary>
public sealed class EventTransmitter : IAsyncDisposable
{
    /// <summary>The bearer token of the receiver.</summary>
    public const string ReceiverToken = "token-of-the-receiver-at-the-transmitter";

    /// <summary>The delivery by poll.</summary>
    public const string Poll = "urn:ietf:rfc:8936";

    private const string StreamId = "stream-1";

    private readonly WebApplication web;
    private readonly TimeProvider time;
    private readonly string audience;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentQueue<PollRequest> polls = new();
    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, string> pending = new(StringComparer.Ordinal);
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TaskCompletionSource arrival = New();
    private int waiting;

    private EventTransmitter(WebApplication web, string audience, TimeProvider time) => (this.web, this.audience, this.time) = (web, audience, time);

    /// <summary>The issuer of events, and the address of the metadata.</summary>
    public string Issuer => web.Urls.First();

    /// <summary>The endpoint of the stream, for polls.</summary>
    public string PollEndpoint => Issuer + "/ssf/poll";

    /// <summary>The polls so far, in order.</summary>
    public IReadOnlyList<PollRequest> Polls => [.. polls];

    /// <summary>Polls that wait for events now.</summary>
    public int Waiting => waiting;

    /// <summary>Events that the receiver has not acknowledged.</summary>
    public IReadOnlyList<string> Pending
    {
        get
        {
            lock (gate) return [.. pending.Keys];
        }
    }

    /// <summary>True while every poll gets 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>A page for people that every poll gets in place of an answer; null for none.</summary>
    public string? Page { get; set; }

    /// <summary>Starts the transmitter on a free port of loopback.</summary>
    /// <param name="audience">The audience of its events: the receiver.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    public static async Task<EventTransmitter> StartAsync(string audience, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1));
        var transmitter = new EventTransmitter(builder.Build(), audience, time ?? TimeProvider.System);
        transmitter.web.Run(transmitter.AnswerAsync);
        await transmitter.web.StartAsync();
        return transmitter;
    }

    /// <summary>A person by issuer and subject (RFC 9493, section 3.2.4).</summary>
    public static JsonObject Person(string issuer, string subject) => new() { ["format"] = "iss_sub", ["iss"] = issuer, ["sub"] = subject };

    /// <summary>Puts an event into the stream, and returns its id.</summary>
    /// <param name="type">The type of the event.</param>
    /// <param name="subject">The subject identifier (RFC 9493).</param>
    /// <param name="change">Changes the claims; null leaves them right.</param>
    public string Send(string type, JsonObject subject, Action<JsonObject>? change = null)
    {
        var set = Make(type, subject, change);
        var id = (string?)JsonNode.Parse(Base64Url.DecodeFromChars(set.Split('.')[1]))!["jti"] ?? RandomNumberGenerator.GetHexString(16);
        SendText(id, set);
        return id;
    }

    /// <summary>Puts a text into the stream in place of an event.</summary>
    public void SendText(string id, string text)
    {
        lock (gate)
        {
            pending[id] = text;
            arrival.TrySetResult();
            arrival = New();
        }
    }

    /// <summary>Makes a security event token (RFC 8417), or one with a fault.</summary>
    /// <param name="type">The type of the event.</param>
    /// <param name="subject">The subject identifier.</param>
    /// <param name="change">Changes the claims; null leaves them right.</param>
    /// <param name="tokenType">The type in the header.</param>
    /// <param name="isForged">True for a signature by a key that the transmitter does not publish, under the id of its own.</param>
    public string Make(string type, JsonObject subject, Action<JsonObject>? change = null, string tokenType = "secevent+jwt", bool isForged = false)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["iat"] = now,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["txn"] = RandomNumberGenerator.GetHexString(8),
            ["sub_id"] = subject.DeepClone(),
            ["events"] = new JsonObject { [type] = new JsonObject { ["event_timestamp"] = now, ["initiating_entity"] = "admin" } },
        };
        change?.Invoke(claims);
        return Sign(claims, tokenType, isForged ? stranger : key);
    }

    /// <summary>Makes a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).</summary>
    public string MakeLogoutToken(string subject, string? session = null, Action<JsonObject>? change = null)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["iat"] = now,
            ["exp"] = now + 120,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["sub"] = subject,
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        if (session is not null) claims["sid"] = session;
        change?.Invoke(claims);
        return Sign(claims, "logout+jwt", key);
    }

    /// <summary>Pushes an event to the receiver (RFC 8935), and returns the status and the body of the answer.</summary>
    /// <param name="endpoint">The endpoint of the receiver.</param>
    /// <param name="set">The event.</param>
    /// <param name="token">The bearer token that the receiver gave out; null for none.</param>
    public async Task<(int Status, string Text)> PushAsync(Uri endpoint, string set, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(set, Encoding.ASCII) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/secevent+jwt");
        request.Headers.Accept.ParseAdd("application/json");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        arrival.TrySetResult();
        await web.DisposeAsync();
        http.Dispose();
        key.Dispose();
        stranger.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Sign(JsonObject claims, string type, ECDsa key)
    {
        var signed = $"{Part(new JsonObject { ["typ"] = type, ["alg"] = "ES256", ["kid"] = "ssf" })}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (HttpMethods.IsGet(context.Request.Method) && path == "/.well-known/ssf-configuration") await JsonAsync(context, Metadata());
        else if (HttpMethods.IsGet(context.Request.Method) && path == "/keys") await JsonAsync(context, Keys());
        else if (context.Request.Headers.Authorization != $"Bearer {ReceiverToken}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        }
        else if (IsDown) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (Page is { } page) await PageAsync(context, page);
        else await AnswerReceiverAsync(context, path);
    }

    private async Task AnswerReceiverAsync(HttpContext context, string path)
    {
        var isPost = HttpMethods.IsPost(context.Request.Method);
        if (path == "/ssf/streams" && isPost) await CreateAsync(context);
        else if (path == "/ssf/streams" && HttpMethods.IsGet(context.Request.Method)) await JsonAsync(context, Stream());
        else if (path == "/ssf/verify" && isPost && await BodyAsync(context) is { } asked) Verify(context, asked);
        else if (path == "/ssf/poll" && isPost && await BodyAsync(context) is { } poll) await PollAsync(context, poll);
        else context.Response.StatusCode = isPost ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
    }

    private JsonObject Metadata() => new()
    {
        ["spec_version"] = "1_0",
        ["issuer"] = Issuer,
        ["jwks_uri"] = Issuer + "/keys",
        ["delivery_methods_supported"] = new JsonArray(Poll, "urn:ietf:rfc:8935"),
        ["configuration_endpoint"] = Issuer + "/ssf/streams",
        ["verification_endpoint"] = Issuer + "/ssf/verify",
        ["authorization_schemes"] = new JsonArray(new JsonObject { ["spec_urn"] = "urn:ietf:rfc:6750" }),
        ["default_subjects"] = "ALL",
    };

    private JsonObject Stream() => new()
    {
        ["stream_id"] = StreamId,
        ["iss"] = Issuer,
        ["aud"] = audience,
        ["delivery"] = new JsonObject { ["method"] = Poll, ["endpoint_url"] = PollEndpoint },
        ["events_supported"] = new JsonArray(SecurityEvents.SessionRevoked, SecurityEvents.TokenClaimsChange, SecurityEvents.CredentialChange,
            SecurityEvents.AccountDisabled),
        ["events_requested"] = new JsonArray(SecurityEvents.SessionRevoked),
        ["events_delivered"] = new JsonArray(SecurityEvents.SessionRevoked),
        ["min_verification_interval"] = 0,
    };

    private async Task CreateAsync(HttpContext context)
    {
        if ((string?)(await BodyAsync(context))?["delivery"]?["method"] is not Poll) context.Response.StatusCode = StatusCodes.Status400BadRequest;
        else await JsonAsync(context, Stream(), StatusCodes.Status201Created);
    }

    // SSF 1.0, section 8.1.4: the event comes in the stream, with the state of the request.
    private void Verify(HttpContext context, JsonObject asked)
    {
        if ((string?)asked["stream_id"] != StreamId)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        Send(SecurityEvents.Verification, new JsonObject { ["format"] = "opaque", ["id"] = StreamId }, claims =>
            claims["events"] = new JsonObject { [SecurityEvents.Verification] = new JsonObject { ["state"] = asked["state"]?.DeepClone() } });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task PollAsync(HttpContext context, JsonObject poll)
    {
        var request = new PollRequest(
            [.. poll["ack"]?.AsArray().Select(static id => (string)id!) ?? []],
            poll["setErrs"]?.AsObject().ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value!["err"] ?? "") ?? [],
            (bool?)poll["returnImmediately"] ?? false,
            (int?)poll["maxEvents"]);
        polls.Enqueue(request);
        lock (gate)
        {
            foreach (var id in request.Acknowledged.Concat(request.Errors.Keys)) pending.Remove(id);
        }

        var isOnlyAcknowledgement = request.Most == 0;
        if (!request.ReturnsImmediately && !isOnlyAcknowledgement) await WaitAsync(context);
        JsonObject answer;
        lock (gate)
        {
            var sets = pending.Take(request.Most ?? int.MaxValue).ToList();
            answer = new JsonObject
            {
                ["sets"] = new JsonObject(sets.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                ["moreAvailable"] = sets.Count < pending.Count,
            };
        }

        await JsonAsync(context, answer);
    }

    private async Task WaitAsync(HttpContext context)
    {
        Task next;
        lock (gate)
        {
            if (pending.Count > 0) return;
            next = arrival.Task;
        }

        Interlocked.Increment(ref waiting);
        try
        {
            await next.WaitAsync(context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private JsonObject Keys()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["use"] = "sig",
                ["alg"] = "ES256",
                ["kid"] = "ssf",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            }),
        };
    }

    private static async Task<JsonObject?> BodyAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task JsonAsync(HttpContext context, JsonObject answer, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static Task PageAsync(HttpContext context, string page)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
