using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Pipeline.ServerRequests;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>
/// How often the judge of forms is right, on questions in eleven languages that this project wrote itself (H10). Half of
/// <c>Sets/form-questions.jsonl</c>,
/// by the digest of each line, was kept apart while the judge was improved. <c>Sets/form-questions-later.jsonl</c> was written when that was done,
/// in other
/// words and for other things, and halved in the same way. One hand wrote the questions and the words of the judge, so that texts of others are
/// judged worse.
/// </summary>
[Trait("Requirement", "AZ-07")]
public sealed class FormQuestionTests
{
    private const string First = "form-questions.jsonl";

    private const string Later = "form-questions-later.jsonl";

    private static readonly string[] Languages = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja"];

    // Floors, a little below what was measured. A miss lets a secret be asked for; a false alarm costs a question: recall comes first.
    [Theory]
    [InlineData(First, false, 0.96, 0.96)]
    [InlineData(First, true, 0.96, 0.96)]
    [InlineData(Later, false, 0.93, 0.87)]
    [InlineData(Later, true, 0.92, 0.95)]
    public void Judge_FindsWhatAsksForASecret_AndLetsPassWhatDoesNot(string set, bool heldOut, double recall, double precision)
    {
        var questions = Questions(set).Where(q => q.IsHeldOut == heldOut).ToList();
        var found = questions.Count(q => q.IsRefused && q.AsksForASecret);
        var measuredRecall = (double)found / questions.Count(q => q.AsksForASecret);
        var measuredPrecision = (double)found / questions.Count(q => q.IsRefused);
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"{questions.Count} questions, recall {measuredRecall:F3}, precision {measuredPrecision:F3}");
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        // No line is named but of the half for improving the judge: who does that is not to look at the others.
        var wrong = !heldOut ? "\n" + string.Join('\n', questions.Where(q => q.IsRefused != q.AsksForASecret).Select(q => q.Line)) : "";
        Assert.True(measuredRecall >= recall && measuredPrecision >= precision, summary + wrong);
    }

    [Fact]
    public void Questions_AreOfBothKindsInEveryLanguage()
    {
        var all = Questions(First);
        Assert.All(Languages,
            language => Assert.All([true, false], kind => Assert.True(all.Count(q => q.Language == language && q.AsksForASecret == kind) >= 14)));
        Assert.All([true, false], kind => Assert.True(all.Count(q => q.AsksForASecret == kind) >= 150));
        Assert.Equal(all.Count, all.Select(q => q.Line).Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(all.Count(q => q.IsHeldOut), all.Count * 2 / 5, all.Count * 3 / 5);
        Assert.All(Languages, language =>
            Assert.All([true, false], kind => Assert.True(Questions(Later).Count(q => q.Language == language && q.AsksForASecret == kind) >= 5)));
    }

    private static List<Question> Questions(string set) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Sets", set))
            .Select(line => new Question(line, JsonDocument.Parse(line).RootElement))];

    private sealed class Question(string line, JsonElement json)
    {
        public string Line => line;

        public string Language { get; } = json.GetProperty("language").GetString()!;

        public bool AsksForASecret { get; } = json.GetProperty("secret").GetBoolean();

        public bool IsHeldOut { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(line))[0] % 2 == 1;

        public bool IsRefused { get; } = Judge(json) is not null;

        private static string? Judge(JsonElement json)
        {
            var field = string.Join(',', json.EnumerateObject().Where(member => member.Name is "type" or "title" or "description")
                .Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"));
            var bytes = Encoding.UTF8.GetBytes(
                $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":{{\"message\":\"One more "
                    + $"thing\",\"requestedSchema\":{{\"type\":\"object\",\"properties\":{{{json.GetProperty("name").GetRawText()}:{{{field}}}}}}}}}}}");
            Assert.True(MessageValidator.TryValidate(bytes, MessageLimits.Default, out var message, out var failure), failure.Fault.ToString());
            return FormScan.Refuses(message.Bytes.Span, message.Range(EnvelopeMember.Params));
        }
    }
}
