using System.Net;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// A rule of the strength confirm asks the person at the client that calls: by a request in the legacy era, by a result that asks for input in the
/// modern one. One answer is a yes: the value that the person had to choose.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ConfirmationTests
{
    /// <summary>Each answer that is no yes, with its code and its word in the record.</summary>
    public static TheoryData<string, string, string> Noes => new()
    {
        { Confirming.Chose(ConfirmationForm.No), "GH4207", "no" },
        { "{\"action\":\"decline\"}", "GH4207", "declined" },
        { "{\"action\":\"cancel\"}", "GH4207", "cancelled" },
        { "{\"action\":\"decline\",\"content\":{\"decision\":\"Yes, carry out this call\"}}", "GH4207", "declined" },
        { "{\"action\":\"accept\"}", "GH4208", "without-choice" },
        { "{\"action\":\"accept\",\"content\":{}}", "GH4208", "without-choice" },
        { Confirming.Chose("yes"), "GH4208", "other-choice" },
        { Confirming.Chose("yes, carry out this call"), "GH4208", "other-choice" },
        { "{\"action\":\"accept\",\"content\":{\"decision\":true}}", "GH4208", "other-choice" },
        { "{\"action\":\"accept\",\"content\":{\"decision\":[\"Yes, carry out this call\"]}}", "GH4208", "other-choice" },
        { "{\"action\":\"accept\",\"content\":{\"decision\":\"Yes, carry out this call\",\"x\":1}}", "GH4208", "more-than-asked" },
        { "{\"action\":\"accept\",\"content\":{\"Decision\":\"Yes, carry out this call\"}}", "GH4208", "more-than-asked" },
        { "{\"action\":\"accept\",\"content\":\"Yes, carry out this call\"}", "GH4208", "malformed" },
        { "{\"action\":\"ACCEPT\",\"content\":{\"decision\":\"Yes, carry out this call\"}}", "GH4208", "malformed" },
        { "{}", "GH4208", "malformed" },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Yes_ForwardsTheCallOnce_AndTheRecordSaysThatItWasAConfirmation(bool modern)
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern);
        var answer = await Confirming.CallAsync(asking, era, modern, Confirming.Yes);
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
        var forwarded = Assert.Single(asking.Forwarded).Text;
        Assert.All(
            new[] { "inputResponses", "requestState", "gatehouse" },
            word => Assert.DoesNotContain(word, forwarded, StringComparison.OrdinalIgnoreCase));
        var entries = Confirming.Entries(asking);
        Assert.Equal(["confirmation.asked", "confirmation.answered", "confirmation.spent"], Confirming.Acts(asking));
        Assert.All(entries, static entry => Assert.Equal("confirm", entry.GetProperty("strength").GetString()));
        Assert.Equal(("grant", "elicitation"), (entries[1].GetProperty("decision").GetString(), entries[1].GetProperty("way").GetString()));
        Assert.Equal("yes", entries[1].GetProperty("outcome").GetString());
        Assert.Single(await asking.InStateAsync(ApprovalState.Spent));
        Assert.Equal(0, asking.Book.Questions.Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Question_NamesGatehouseAndTheServer_AndItsFormHasNoDefault(bool modern)
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern);
        const string arguments = "{\"note\":\"# paid [here](http://x)\\n\\u202e\\n\\n```\",\"amount\":1250.00}";
        JsonElement parameters;
        if (modern) parameters = (await ModernQuestion.AskAsync(era, arguments)).Parameters;
        else
        {
            using var asked = await LegacyQuestion.AskAsync(asking, era, arguments);
            parameters = asked.Parameters;
            await asked.AnswerAsync("{\"action\":\"cancel\"}");
        }

        Assert.Equal(["message", "requestedSchema"], parameters.EnumerateObject().Select(static member => member.Name));
        var message = parameters.GetProperty("message").GetString()!;
        Assert.StartsWith("Gatehouse asks you to confirm a call to the server \"up\".", message, StringComparison.Ordinal);
        Assert.Contains("\n    call        tools/call echo\n", message, StringComparison.Ordinal);
        Assert.Contains("\"amount\": 1250", message, StringComparison.Ordinal);
        Assert.Contains("\\u{202E}", message, StringComparison.Ordinal);
        // No line of the call begins at the left edge, so that no client renders a part of it.
        var block = message.Split('\n')[2..^2];
        Assert.All(block, static line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("people", message, StringComparison.Ordinal);
        var schema = parameters.GetProperty("requestedSchema");
        Assert.Equal("decision", Assert.Single(schema.GetProperty("required").EnumerateArray()).GetString());
        var field = Assert.Single(schema.GetProperty("properties").EnumerateObject());
        Assert.False(field.Value.TryGetProperty("default", out _));
        Assert.Equal(
            [ConfirmationForm.No, ConfirmationForm.Yes], field.Value.GetProperty("enum").EnumerateArray().Select(static one => one.GetString()));
    }

    [Theory]
    [MemberData(nameof(Noes))]
    public async Task EveryOtherAnswer_IsANo_WithItsCode_Modern(string answer, string code, string word) =>
        await IsANoAsync(modern: true, answer, code, word);

    [Theory]
    [MemberData(nameof(Noes))]
    public async Task EveryOtherAnswer_IsANo_WithItsCode_Legacy(string answer, string code, string word) =>
        await IsANoAsync(modern: false, answer, code, word);

    [Fact]
    public async Task AnError_IsANo()
    {
        await using var asking = await Confirming.StartAsync();
        using var question = await LegacyQuestion.AskAsync(asking, await Confirming.BeginAsync(asking, modern: false));
        Assert.Equal(HttpStatusCode.Accepted, await question.FailAsync());
        Assert.Equal("GH4208", Rounds.CodeOf(await question.ResultAsync()));
        Assert.Equal("failed", Confirming.Entries(asking)[1].GetProperty("outcome").GetString());
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [InlineData("{}", "malformed")]
    [InlineData("{\"other\":{\"action\":\"accept\",\"content\":{\"decision\":\"Yes, carry out this call\"}}}", "more-than-asked")]
    [InlineData("[]", null)]
    public async Task AnswersWithoutOurKey_AreANo(string responses, string? word)
    {
        await using var asking = await Confirming.StartAsync();
        var question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking));
        var answer = await question.SendAsync(responses);
        Assert.True(answer.TryGetProperty("error", out _), answer.GetRawText());
        if (word is not null) Assert.Equal(word, Confirming.Entries(asking)[1].GetProperty("outcome").GetString());
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task YesBesideAnotherAnswer_IsANo()
    {
        await using var asking = await Confirming.StartAsync();
        var question = await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking));
        const string another = "\"a\":{\"action\":\"accept\",\"content\":{}}";
        var answer = await question.SendAsync($"{{{JsonSerializer.Serialize(question.Key)}:{Confirming.Yes},{another}}}");
        Assert.Equal("GH4208", Rounds.CodeOf(answer));
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [InlineData(true, "{}", false, "GH4202")]
    [InlineData(false, "{}", false, "GH4202")]
    [InlineData(true, "{\"elicitation\":{\"url\":{}}}", false, "GH4202")]
    [InlineData(false, "{\"elicitation\":{\"url\":{}}}", false, "GH4202")]
    [InlineData(true, "{}", true, "GH4204")]
    [InlineData(false, "{}", true, "GH4204")]
    public async Task ClientWithoutForms_GetsWhatTheRuleSaysOtherwise(bool modern, string capabilities, bool otherwise, string code)
    {
        await using var asking = await Confirming.StartAsync(
            terms: Confirming.Terms with { OtherwiseApproval = otherwise }, change: static s => With(s, TimeSpan.Zero));
        var era = await Confirming.BeginAsync(asking, modern, capabilities: capabilities);
        Assert.Equal(code, Rounds.CodeOf(await era.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.Equal(otherwise ? ["approval.asked"] : [], Confirming.Acts(asking));
        // The entry of an approval says so, whatever the rule would rather have had.
        if (otherwise) Assert.Equal("approval", Confirming.Entries(asking)[0].GetProperty("strength").GetString());
        Assert.Empty(asking.Forwarded);
    }

    [Fact]
    public async Task FormsOfAnEarlierRequest_DoNotCount()
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking);
        await ModernQuestion.AskAsync(era);
        await era.BeginAsync("{}"); // the same client declares nothing on its next request
        Assert.Equal("GH4202", Rounds.CodeOf(await Rounds.CallAsync(era)));
    }

    [Fact]
    public async Task MethodDuringWhichNoClientMayBeAsked_GetsWhatTheRuleSaysOtherwise()
    {
        await using var asking = await Confirming.StartAsync();
        asking.Gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""");
        var era = await Confirming.BeginAsync(asking);
        Assert.Equal("GH4202", Rounds.CodeOf(await era.AskAsync(
            "completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}")));
        Assert.Empty(Confirming.Acts(asking));
    }

    [Fact]
    public async Task WithoutTimeToWait_ALegacyClientIsNotAsked_AndAModernOneIs()
    {
        await using var asking = await Confirming.StartAsync(change: static s => With(s, TimeSpan.Zero));
        Assert.Equal("GH4202", Rounds.CodeOf(await Rounds.CallAsync(await Confirming.BeginAsync(asking, modern: false))));
        var answer = await Confirming.CallAsync(asking, await Confirming.BeginAsync(asking), modern: true, Confirming.Yes);
        Assert.True(answer.TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(false, "GH4202")]
    [InlineData(true, "GH4204")]
    public async Task CallThatIsTooLargeForAQuestion_GetsWhatTheRuleSaysOtherwise(bool otherwise, string code)
    {
        await using var asking = await Confirming.StartAsync(
            terms: Confirming.Terms with { OtherwiseApproval = otherwise }, change: static s => With(s, TimeSpan.Zero));
        var era = await Confirming.BeginAsync(asking);
        Assert.Equal(code, Rounds.CodeOf(await Rounds.CallAsync(era, arguments: $"{{\"text\":\"{new string('x', 17_000)}\"}}")));
        Assert.DoesNotContain("confirmation.asked", Confirming.Acts(asking));
        Assert.Empty(asking.Forwarded);
    }

    // Where two rules ask, the stronger one decides what is asked.
    [Fact]
    public async Task WhereAnApprovalIsAskedToo_NoConfirmationIsAsked()
    {
        var approves = AskingGateway.Calls with { Id = "also", Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] };
        await using var asking = await Confirming.StartAsync(
            rules: [Confirming.Calls, approves, AskingGateway.Approvers], change: static s => With(s, TimeSpan.Zero));
        Assert.Equal("GH4204", Rounds.CodeOf(await Rounds.CallAsync(await Confirming.BeginAsync(asking))));
        Assert.Equal(["approval.asked"], Confirming.Acts(asking));
    }

    [Fact]
    public async Task PersonWhoApproves_CannotSeeOrAnswerAConfirmation()
    {
        await using var asking = await Confirming.StartAsync();
        await ModernQuestion.AskAsync(await Confirming.BeginAsync(asking));
        var desk = new ApproverDesk(asking.Gateway);
        Assert.Empty(await desk.ListAsync());
        var row = await asking.OpenAsync();
        Assert.Equal(ApprovalKind.Confirmation, row.Kind);
        Assert.Equal(ActionRefusal.NoApprovalNamed.Why, (await desk.ShowAsync(row.Id, "carol")).Refusal?.Why);
        Assert.Single(await asking.InStateAsync(ApprovalState.Open));
    }

    private static async Task IsANoAsync(bool modern, string answer, string code, string word)
    {
        await using var asking = await Confirming.StartAsync();
        var era = await Confirming.BeginAsync(asking, modern);
        Assert.Equal(code, Rounds.CodeOf(await Confirming.CallAsync(asking, era, modern, answer)));
        var entries = Confirming.Entries(asking);
        Assert.Equal(["confirmation.asked", "confirmation.answered"], Confirming.Acts(asking));
        Assert.Equal(("deny", word), (entries[1].GetProperty("decision").GetString(), entries[1].GetProperty("outcome").GetString()));
        Assert.Empty(asking.Forwarded);
        Assert.Single(await asking.InStateAsync(ApprovalState.Denied));
    }

    private static GatewaySettings With(GatewaySettings settings, TimeSpan hold) =>
        settings with { Approvals = settings.Approvals with { Hold = hold } };
}
