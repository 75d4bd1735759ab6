using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>An agent that reads the person's mail, chat and pages answers the notification of its own call.</summary>
public sealed class NotificationAnswered : ApprovalExercise
{
    /// <inheritdoc />
    public override string Id => "notification-answered";

    /// <inheritdoc />
    public override string Title => "Notifications that an agent answers by mail, chat or a page";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP06", "MCP07"];

    /// <inheritdoc />
    public override string Protection => "stage approve, the signature of answers to notifications";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy asks a person before money is transferred. It sends the question to a chat, and takes whatever comes back with the number of the question for "
            + "the person's answer.",
        "Bob reads the questions in a chat. Mallory's agent has tools for mail, chat and pages, reads the same notification with everything in it, and "
            + "answers in Bob's name: by mail without a signature, in the chat with a signature of a key that the agent made, and from a page with one that it "
            + "makes with the number in the notification.",
        "Gatehouse takes an answer only with a signature of a key that the configuration names for this webhook and this person. The key is in a program that no "
            + "agent can use, and the notification has nothing that could take its place. Bob answers by that program.",
        "Without the check of the signature, each of the three answers counts as Bob's.");

    internal override GatewaySettings ConfigureFor(RangeFixture fixture, GatewaySettings settings) =>
        fixture.Chat!.Connect(fixture, WithoutHold(settings), Approver);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture).ConfigureAwait(false);
        fixture.Chat = await ApproverChat.StartAsync(fixture).ConfigureAwait(false);
        var answers = await NaiveAnswers.StartAsync(fixture, fixture.Chat).ConfigureAwait(false);
        return await NaiveProxy.StartAsync(fixture, server.Url,
            (_, body) => AmountOf(body) is not { } amount || answers.TryPass(amount)).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        fixture.Chat = await ApproverChat.StartAsync(fixture).ConfigureAwait(false);
        return await base.StartBehindGatewayAsync(fixture).ConfigureAwait(false);
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(AnswerSignatures.Part, new UnsignedAnswers());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return
        [
            await AnswerAsync(context, "an answer by mail, without a signature", "70",
                static (answer, _) => ApproverChat.Join("none", answer, static _ => [])).ConfigureAwait(false),
            await AnswerAsync(context, "an answer in the chat, signed with a key of the agent", "71",
                (answer, _) => ApproverChat.Sign(answer, own)).ConfigureAwait(false),
            await AnswerAsync(context, "an answer from a page, signed with what the notification has", "72",
                static (answer, notice) => ApproverChat.Join("HS256", answer,
                    input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(notice.GetProperty("nonce").GetString()!), input))).ConfigureAwait(false),
        ];
    }

    /// <summary>The honest user asks for a transfer, and Bob answers the notification by the program that signs for Bob.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = await BeginAsync(context, AttackContext.Victim).ConfigureAwait(false);
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        if (Count(context, HonestAmount) != 0 || await context.Chat!.ReadAsync().ConfigureAwait(false) is not { } notice) return false;
        if (!await context.Chat.SendAsync(context.Chat.Sign(AnswerTo(context, notice))).ConfigureAwait(false)) return false;
        await TransferAsync(client, HonestAmount).ConfigureAwait(false);
        return Count(context, HonestAmount) == 1;
    }

    private static async Task<Attempt> AnswerAsync(AttackContext context, string name, string amount, Func<JsonObject, JsonElement, string> make)
    {
        var agent = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        await TransferAsync(agent, amount).ConfigureAwait(false);
        if (Count(context, amount) > 0) return new Attempt(name, false, "the money was transferred before any answer");
        if (await context.Chat!.ReadAsync().ConfigureAwait(false) is not { } notice) return new Attempt(name, false, "there was no notification");
        var isTaken = await context.Chat.SendAsync(make(AnswerTo(context, notice), notice)).ConfigureAwait(false);
        var answer = await TransferAsync(agent, amount).ConfigureAwait(false);
        var moved = Count(context, amount) > 0;
        return new Attempt(name, moved,
            moved ? "the money was transferred" : $"the answer was {(isTaken ? "taken" : "refused")}, and nothing was transferred: {answer}");
    }

    // The members of an answer are all in the notification, apart from the name of the person, which is no secret.
    private static JsonObject AnswerTo(AttackContext context, JsonElement notice) => new()
    {
        ["approval"] = notice.GetProperty("approval").GetString(),
        ["digest"] = notice.GetProperty("digest").GetString(),
        ["shown"] = notice.GetProperty("shown").GetString(),
        ["nonce"] = notice.GetProperty("nonce").GetString(),
        ["decision"] = "grant",
        ["person"] = new JsonObject { ["issuer"] = context.Issuer.Name, ["subject"] = Approver },
        ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        ["amr"] = new JsonArray("pwd", "mfa"), // demanded of people who answer by default
    };
}
