using System.Text.Json;
using Gatehouse.Pipeline.Inspection.Opinions;

namespace Gatehouse.Gateway.Opinions;

/// <summary>
/// The client of any classifier over HTTP, by a contract of this project (docs/operators/second-opinion.md): the request has the texts, the answer
/// for each of them the scores of labels.
/// </summary>
internal sealed class ClassifierClient(OpinionTransport transport)
{
    private const string Attack = "attack";

    /// <summary>Returns the opinion about the texts of a message.</summary>
    /// <exception cref="OpinionFaultException">There is no opinion.</exception>
    public async Task<SecondOpinion> AskAsync(OpinionQuestion question, CancellationToken cancellation)
    {
        using var answer = await transport.PostAsync(question.Service.Url, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("direction", question.IsFromClient ? "to-server" : "to-client");
            writer.WriteStartArray("texts");
            foreach (var text in question.Texts) writer.WriteStringValue(text);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }, question.Service.Credential, null, cancellation).ConfigureAwait(false);
        if (answer.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("results", out var results)
            || results.ValueKind != JsonValueKind.Array || results.GetArrayLength() != question.Texts.Count) throw Unknown();
        List<string> labels = [];
        foreach (var result in results.EnumerateArray())
        {
            if (result.ValueKind != JsonValueKind.Object) throw Unknown();
            foreach (var label in result.EnumerateObject())
            {
                if (!IsLabel(label.Name) || label.Value.ValueKind != JsonValueKind.Number) throw Unknown();
                var score = label.Value.GetDouble();
                if (score is not (>= 0 and <= 1)) throw Unknown();
                if (score * 100 >= question.Service.Threshold && !labels.Contains(label.Name)) labels.Add(label.Name);
            }
        }

        return new SecondOpinion { IsAttack = labels.Remove(Attack), Harm = labels };
    }

    // It becomes a word of the record.
    private static bool IsLabel(string name) =>
        name.Length is > 0 and <= 40 && name.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static OpinionFaultException Unknown() => OpinionTransport.Unreadable("the answer is not the one of the contract");
}
