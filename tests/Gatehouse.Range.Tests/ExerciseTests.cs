using System.Text;

namespace Gatehouse.Range.Tests;

/// <summary>
/// Every exercise in its three arms: the exploit succeeds against the server alone, fails against the gateway, and succeeds
/// again with the named protection replaced; the honest use passes with and without the gateway.
/// </summary>
[Trait("Requirement", "RG-01")]
public sealed class ExerciseTests
{
    private static readonly Toolbox Tools = Toolbox.Find();

    public static TheoryData<string> Access => Of(new AnonymousAccess(), new WrongAudience(), new AlgorithmConfusion(), new TokenPassthrough(), new DnsRebinding());

    public static TheoryData<string> Identity => Of(
        new IdTokenAsAccessToken(), new TenantConfusion(), new RoleConfusion(), new ScopeCreep(), new ProofReplay(), new ProofRebinding());

    public static TheoryData<string> Conversation => Of(new SessionHijack(), new ResumeHijack(), new ForeignEvent(), new UnaskedAnswer());

    public static TheoryData<string> Measure => Of(new QuotaEvasion(), new PolicyRace());

    public static TheoryData<string> Message => Of(
        new HeaderBodyDesync(), new DuplicateKeys(), new BatchBypass(), new ContentTypeDifferential(), new NewlineSmugglingSdk(), new NewlineSmugglingReader());

    public static TheoryData<string> Permitted => Of(new IdorArgument(), new IdorResource(), new TypeConfusion(), new PathTraversal());

    public static TheoryData<string> Answer => Of(new ListLeak(), new HiddenNames(), new NameOracle(), new SideDoor(), new OtherServer(), new ForeignResponse(), new UnsolicitedSampling(), new PasswordForm(), new ContextSmuggling());

    public static TheoryData<string> Behaviour => Of(new SchemaSmuggling(), new OutputMismatch(), new ListChangedStorm(), new UndeclaredMethod(), new ToolSquatting());

    public static TheoryData<string> Decision => Of(new DecisionPointFails());

    public static TheoryData<string> LocalProcess => Of(new StdioJunk(), new StdioFlood(), new StdioDeaf(), new StdioOrphan(), new CommandSwapped());

    public static TheoryData<string> Metadata => Of(new ToolPoisoning(), new LineJumping(), new ToolShadowing(), new HiddenWritingInTools(), new SideChannelParameter());

    public static TheoryData<string> Shown => Of(new TerminalRewrite(), new DiffHiding(), new ReportScript(), new ClonedRepository(), new InitLinkSwap());

    [Theory]
    [MemberData(nameof(Access))]
    [Trait("Requirement", "ID-01")]
    [Trait("Requirement", "ID-03")]
    [Trait("Requirement", "ID-04")]
    [Trait("Requirement", "ID-05")]
    public Task WhoCalls(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Identity))]
    [Trait("Requirement", "ID-03")]
    [Trait("Requirement", "ID-06")]
    public Task WhoseToken(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Conversation))]
    [Trait("Requirement", "ST-01")]
    [Trait("Requirement", "ST-02")]
    public Task WhoseConversation(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Measure))]
    [Trait("Requirement", "EX-03")]
    [Trait("Requirement", "AZ-02")]
    public Task HowMuchAndUntilWhen(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Message))]
    [Trait("Requirement", "ST-05")]
    [Trait("Requirement", "ST-06")]
    [Trait("Requirement", "ST-07")]
    public Task WhatTheMessageSays(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Permitted))]
    [Trait("Requirement", "AZ-01")]
    public Task WhatMayBeDone(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Behaviour))]
    [Trait("Requirement", "TP-04")]
    public Task WhatIsDeclared(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Answer))]
    [Trait("Requirement", "AZ-01")]
    [Trait("Requirement", "AZ-07")]
    public Task WhatComesBack(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Decision))]
    [Trait("Requirement", "AZ-06")]
    public Task WhoDecides(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(LocalProcess))]
    [Trait("Requirement", "ST-04")]
    [Trait("Requirement", "EX-03")]
    [Trait("Requirement", "EX-05")]
    public Task WhatRunsOnThisMachine(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Shown))]
    [Trait("Requirement", "IN-01")]
    public Task WhatAPersonIsShown(string id) => BehavesAsync(id);

    [Theory]
    [MemberData(nameof(Metadata))]
    [Trait("Requirement", "TP-01")]
    public Task WhatServersSayOfThemselves(string id) => BehavesAsync(id);

    [Fact]
    public void EveryExercise_IsARow()
    {
        string[] rows = [.. Access, .. Identity, .. Conversation, .. Measure, .. Message, .. Permitted, .. Answer, .. Decision, .. LocalProcess, .. Metadata, .. Shown, .. Behaviour];
        Assert.Equal(ExerciseCatalogue.All.Select(e => e.Id).Order(), rows.Order());
    }

    [Fact]
    public void EveryExercise_TellsItsStoryAndNamesItsRows() => Assert.All(ExerciseCatalogue.All, exercise =>
    {
        Assert.Matches("^[a-z-]+$", exercise.Id);
        Assert.NotEmpty(exercise.Owasp);
        Assert.All(exercise.Owasp, item => Assert.Matches("^MCP(0[1-9]|10)$", item));
        var listed = Repository.Read("docs/requirements.md") + Repository.Read("docs/reference/specification-rows.md");
        Assert.All(exercise.Rows, row => Assert.Matches($@"\| \[?{row}\b", listed));
        Assert.Contains(exercise is Exercise ? "stage" : "command", exercise.Protection, StringComparison.Ordinal);
        Assert.All(new[] { exercise.Story.Vulnerable, exercise.Story.Exploit, exercise.Story.Fix, exercise.Story.Validate }, text => Assert.NotEqual("", text));
        Assert.DoesNotContain("Gatehouse", exercise.Story.Exploit, StringComparison.Ordinal);
    });

    [Fact]
    public void Page_IsWhatTheExercisesSay() => Repository.RequireEqual("docs/range.md", RangeDocument.Render());

    private static TheoryData<string> Of(params RangeExercise[] exercises) => [.. exercises.Select(e => e.Id)];

    private static async Task BehavesAsync(string id)
    {
        var exercise = ExerciseCatalogue.Find(id)!;
        var result = (await RangeRunner.RunAsync([exercise], Tools, static _ => { }, TestContext.Current.CancellationToken)).Single();
        if (result.Skipped is not null) Assert.Skip(result.Skipped);
        Assert.True(result.Behaves, Describe(result));
    }

    private static string Describe(ExerciseResult result)
    {
        var text = new StringBuilder();
        foreach (var arm in result.Arms)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{RangeReport.Name(arm.Arm)}: behaves {arm.Behaves}, honest use {arm.HonestUseWorks}, {arm.Fault}\n");
            foreach (var attempt in arm.Attempts) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {attempt.Name}: {attempt.Observed}\n");
        }

        return text.ToString();
    }
}
