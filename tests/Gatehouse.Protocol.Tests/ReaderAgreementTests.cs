using System.Text;
using System.Text.Json;
using Gatehouse.Protocol.Validation;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Protocol.Tests;

/// <summary>For every message that the validator accepts, other readers understand what we understood.</summary>
public class ReaderAgreementTests
{
    private const int BatchSize = 64;

    private static readonly int Iterations = TestSize.Of(2_000, 20_000, 1_000_000);

    [Fact]
    public void Agrees_WithTheFrameworksDocument()
    {
        foreach (var message in Accepted(seed: 1))
        {
            using var document = JsonDocument.Parse(message.Bytes);
            AssertSame(message, Understanding.Of(document.RootElement));
        }
    }

    [Fact]
    public void Agrees_WithTheOfficialSdk()
    {
        var understood = 0;
        var refused = 0;
        foreach (var message in Accepted(seed: 2))
        {
            var reading = OfSdk(message);
            if (reading is null)
            {
                refused++;
                continue;
            }

            AssertSame(message, reading);
            understood++;
        }

        // To refuse is safe; to understand something else is not.
        Assert.True(understood > 20 * refused, $"{understood} understood, {refused} refused");
    }

    [Fact]
    public async Task Agrees_WithPython()
    {
        using var python = ChildReader.Start("python3", "reader.py", "apt-get install python3");
        await AgreesWith(python, seed: 3);
    }

    [Fact]
    public async Task Agrees_WithNode()
    {
        var program = Environment.GetEnvironmentVariable("GATEHOUSE_NODE") ?? "node";
        using var node = ChildReader.Start(program, "reader.mjs", "apt-get install nodejs, or name the program by GATEHOUSE_NODE");
        await AgreesWith(node, seed: 4);
    }

    [Fact]
    public void Accepts_EnoughOfWhatIsGenerated_AndMeetsEveryFaultOfContent()
    {
        var dice = new MessageGenerator(new Dice(5));
        var faults = new Dictionary<MessageFault, int>();
        for (var round = 0; round < 20_000; round++)
        {
            var fault = Validated.Fault(dice.Next());
            faults[fault] = faults.GetValueOrDefault(fault) + 1;
        }

        MessageFault[] contents =
            [MessageFault.NotUtf8, MessageFault.NotJson, MessageFault.TrailingContent, MessageFault.DuplicateName, MessageFault.CaseVariantName,
                MessageFault.LoneSurrogate, MessageFault.NumberNotFinite, MessageFault.NotJsonRpc, MessageFault.InvalidId, MessageFault.InvalidMethod,
                MessageFault.InvalidResponse, MessageFault.ByteOrderMark];
        Assert.All(contents, fault => Assert.Contains(fault, faults));
        Assert.InRange(faults[MessageFault.None], 4_000, 16_000);
    }

    private static async Task AgreesWith(ChildReader child, ulong seed)
    {
        foreach (var batch in Accepted(seed).Chunk(BatchSize))
        {
            var answers = await child.ReadAsync(batch);
            for (var at = 0; at < batch.Length; at++)
                AssertSame(batch[at], answers[at]);
        }
    }

    private static IEnumerable<ValidatedMessage> Accepted(ulong seed)
    {
        var generator = new MessageGenerator(new Dice(seed));
        for (var round = 0; round < Iterations; round++)
        {
            if (MessageValidator.TryValidate(generator.Next(), MessageLimits.Default, out var message, out _))
                yield return message;
        }
    }

    private static string? OfSdk(ValidatedMessage message)
    {
        try
        {
            var read = JsonSerializer.Deserialize<JsonRpcMessage>(message.Bytes.Span, McpJsonUtilities.DefaultOptions)!;
            var method = read switch
            {
                JsonRpcRequest request => Understanding.Text(request.Method),
                JsonRpcNotification notification => Understanding.Text(notification.Method),
                _ => "-",
            };
            JsonElement? parameters = JsonSerializer.SerializeToElement((read as JsonRpcRequest)?.Params ?? (read as JsonRpcNotification)?.Params);
            var hasParams = parameters is { ValueKind: JsonValueKind.Object };
            return string.Join('|', method, SdkId(read), hasParams ? Understanding.Member(parameters!.Value, "name") : "-", hasParams
                ? Understanding.Member(parameters!.Value, "arguments") : "-");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string SdkId(JsonRpcMessage message) => (message as JsonRpcMessageWithId)?.Id.Id switch
    {
        string text => Understanding.Text(text),
        long number => Understanding.Number(number),
        _ => message is JsonRpcError ? "z" : "-",
    };

    private static void AssertSame(ValidatedMessage message, string theirs)
    {
        var ours = Understanding.Of(message);
        if (ours != theirs)
            Assert.Fail($"{Encoding.UTF8.GetString(message.Bytes.Span)}\nours   {ours}\ntheirs {theirs}");
    }
}
