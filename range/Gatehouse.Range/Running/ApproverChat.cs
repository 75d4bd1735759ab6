using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gatehouse.Identity.Keys;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Running;

/// <summary>
/// The channel by which a person learns of questions: a chat, a mailbox or a page. The agent reads it too, byte for byte, and can send what it likes
/// to the address of answers. The key that signs the person's answers is in a program to which the agent has no way.
/// </summary>
internal sealed class ApproverChat : IAsyncDisposable
{
    /// <summary>The name of the webhook.</summary>
    public const string Name = "chat";

    private const int MostPosts = 64;
    private const string Asked = "approval.asked";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15); // for a notification

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Channel<string> posts = Channel.CreateBounded<string>(MostPosts);
    private readonly WebApplication web = Loopback.Build();
    private Uri? answers;

    private ApproverChat() => web.Run(TakeAsync);

    /// <summary>Starts a channel.</summary>
    public static async Task<ApproverChat> StartAsync(RangeFixture fixture)
    {
        var chat = fixture.Own(new ApproverChat());
        await chat.web.StartAsync().ConfigureAwait(false);
        return chat;
    }

    /// <summary>Returns settings of a gateway that notifies this channel, and takes answers of a person that the key signed.</summary>
    /// <param name="fixture">The fixture.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="person">The person.</param>
    public GatewaySettings Connect(RangeFixture fixture, GatewaySettings settings, string person)
    {
        var listen = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        AnswersGoTo(new Uri(listen, $"/v1/webhooks/{Name}/answers"));
        if (!AnswerKey.TryParse(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), out var known)) throw new InvalidOperationException("no key");
        var webhook = new ApprovalWebhookSettings
        {
            Name = Name,
            Url = new Uri(web.Urls.First()),
            Secret = fixture.SecretFile("whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            SendsArguments = true,
            Approvers = [new WebhookApprovers { Issuer = fixture.Issuer.Name, Subjects = [person], Keys = [known] }],
        };
        return settings with
        {
            Approvals = settings.Approvals with { Webhooks = [webhook] },
            Administration = settings.Administration with { Http = new AdministrationHttpSettings { Listen = new ListenSettings { Url = listen } } },
        };
    }

    /// <summary>Sets the address of answers.</summary>
    public void AnswersGoTo(Uri address) => answers = address;

    /// <summary>Takes a notification that did not come over the network.</summary>
    public void Take(string body) => posts.Writer.TryWrite(body);

    /// <summary>Returns the next notification of a question, with everything that was sent out; null where none comes.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                using var post = JsonDocument.Parse(await posts.Reader.ReadAsync(late.Token).ConfigureAwait(false));
                if (post.RootElement.GetProperty("type").GetString() == Asked) return post.RootElement.GetProperty("data").Clone();
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Sends a text to the address of answers, as every program can. Returns whether it was taken.</summary>
    public async Task<bool> SendAsync(string answer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, answers) { Content = new StringContent(answer, Encoding.ASCII) };
        request.Content.Headers.ContentType = new("application/jose");
        using var response = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Signs an answer of the person, with the key that the agent does not have.</summary>
    public string Sign(JsonObject answer) => Sign(answer, key);

    /// <summary>Signs an answer with any key.</summary>
    public static string Sign(JsonObject answer, ECDsa by) =>
        Join("ES256", answer, input => by.SignData(input, HashAlgorithmName.SHA256));

    /// <summary>Makes an answer in the form of a JWS, with whatever signature.</summary>
    public static string Join(string algorithm, JsonObject answer, Func<byte[], byte[]> sign)
    {
        var input = Part(new JsonObject { ["alg"] = algorithm, ["typ"] = "gatehouse-approval-answer+jwt" }) + "." + Part(answer);
        return input + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        key.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Take(await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
