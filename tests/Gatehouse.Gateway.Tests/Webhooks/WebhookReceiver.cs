using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>
/// A receiver of notifications on loopback that checks each signature strictly (Standard Webhooks, symmetric scheme) and keeps what it took. A
/// notification whose signature does not hold is counted, and never in <see cref="Taken"/>.
/// </summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Notification> taken = new();
    private readonly ConcurrentQueue<string> attempts = new();
    private readonly TimeProvider time;
    private readonly WebApplication web;
    private int forged;

    private WebhookReceiver(byte[] key, TimeProvider time)
    {
        (Key, this.time) = (key, time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        web = builder.Build();
        web.Run(TakeAsync);
    }

    public Uri Url => new(web.Urls.First());

    /// <summary>The key by which notifications are checked.</summary>
    public byte[] Key { get; set; }

    /// <summary>Answers a request in place of 204; null for that.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>Notifications whose signature holds, in the order of their arrival.</summary>
    public IReadOnlyList<Notification> Taken => [.. taken];

    /// <summary>The ids of all attempts.</summary>
    public IReadOnlyList<string> Attempts => [.. attempts];

    /// <summary>Requests whose signature does not hold.</summary>
    public int Forged => forged;

    public static async Task<WebhookReceiver> StartAsync(byte[] key, TimeProvider? time = null)
    {
        var receiver = new WebhookReceiver(key, time ?? TimeProvider.System);
        await receiver.web.StartAsync();
        return receiver;
    }

    /// <summary>Waits for so many notifications of a type, and returns the last of them.</summary>
    public async Task<Notification> NextAsync(string type, int count = 1)
    {
        await Eventually.TrueAsync(() => Taken.Count(one => one.Type == type) >= count, $"{count} notifications of the type {type}");
        return Taken.Where(one => one.Type == type).ElementAt(count - 1);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (ProbeRequests.IsProbe(body.ToArray()))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Request.Headers;
        attempts.Enqueue(headers["webhook-id"].ToString());
        if (!IsSigned(headers, body.ToArray())) Interlocked.Increment(ref forged);
        else if (Answer is null) taken.Enqueue(new Notification(headers["webhook-id"].ToString(), body.ToArray()));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (Answer is { } answer) await answer(context);
    }

    private bool IsSigned(IHeaderDictionary headers, byte[] body)
    {
        if (headers["webhook-id"].Count != 1 || headers["webhook-timestamp"].Count != 1 || headers["webhook-signature"].Count != 1) return false;
        if (!long.TryParse(headers["webhook-timestamp"].ToString(), out var seconds)) return false;
        if (Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) > 300) return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(headers["webhook-signature"].ToString()))
            && context(headers);

        static bool context(IHeaderDictionary headers) => headers.ContentType.ToString() == "application/json" && !headers.ContainsKey("Authorization");
    }
}

/// <summary>A notification that was taken.</summary>
internal sealed record Notification(string Id, byte[] Body)
{
    public JsonElement Root { get; } = JsonDocument.Parse(Body).RootElement;

    public string Type => Root.GetProperty("type").GetString()!;

    public JsonElement Data => Root.GetProperty("data");

    public string Text(string member) => Data.GetProperty(member).GetString()!;
}
