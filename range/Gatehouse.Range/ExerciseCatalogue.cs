using Gatehouse.Range.Exercises;
using Gatehouse.Range.Running;

namespace Gatehouse.Range;

/// <summary>All exercises, in the order in which they are told.</summary>
public static class ExerciseCatalogue
{
    /// <summary>The exercises.</summary>
    public static IReadOnlyList<RangeExercise> All { get; } =
    [
        // who calls
        new AnonymousAccess(),
        new WrongAudience(),
        new AlgorithmConfusion(),
        new IdTokenAsAccessToken(),
        new TenantConfusion(),
        new ForeignIssuer(),
        new RoleConfusion(),
        new ScopeCreep(),
        new ProofReplay(),
        new ProofRebinding(),
        new SelfNamedWorkload(),
        new IntrospectionFlood(),
        new TokenPassthrough(),
        new DnsRebinding(),
        // whose conversation
        new SessionHijack(),
        new ResumeHijack(),
        new ForeignEvent(),
        new UnaskedAnswer(),
        new ForeignCancellation(),
        new TasksAcrossCallers(),
        new LegacyWithoutSession(),
        // how much and until when
        new QuotaEvasion(),
        new BreakerByOne(),
        new HalfSentBodies(),
        new SessionsOfAll(),
        new ProcessesOfAll(),
        new PlacesOfAll(),
        new ConnectionsOfAll(),
        new PolicyRace(),
        new LogFill(),
        new PayloadPadding(),
        new CopiedCredential(),
        // what the message says
        new HeaderBodyDesync(),
        new DuplicateKeys(),
        new TwoReferences(),
        new BatchBypass(),
        new ContentTypeDifferential(),
        new NewlineSmugglingSdk(),
        new NewlineSmugglingReader(),
        // what may be done
        new IdorArgument(),
        new IdorResource(),
        new IdorCompletion(),
        new RespelledUri(),
        new TypeConfusion(),
        new CaseVariantArgument(),
        new PathTraversal(),
        new SchemaSmuggling(),
        new DecisionPointFails(),
        // what comes back
        new ListLeak(),
        new HiddenNames(),
        new NameOracle(),
        new SideDoor(),
        new OtherServer(),
        new ForeignResponse(),
        new ResumedAnswer(),
        new EmbeddedApp(),
        new UnsolicitedSampling(),
        new PasswordForm(),
        new ContextSmuggling(),
        new UndeclaredMethod(),
        new OutputMismatch(),
        new ListChangedStorm(),
        new ToolSquatting(),
        // what texts order a model to do
        new IndirectInjection(),
        new IndirectInjectionStdio(),
        new StoredInjection(),
        new SplitOverAnswers(),
        new HiddenInPage(),
        new EncodedInjection(),
        new InjectionInLanguages(),
        new OrderOverride(),
        new BuriedInjection(),
        new InspectionFlood(),
        new RoleMarks(),
        new ImageExfiltration(),
        new AttackAsExample(),
        new OrderToServer(),
        // what servers say of themselves
        new RugPull(),
        new RugPullLater(),
        new RugPullUnlocked(),
        new FirstSightShaped(),
        new DefinitionByCaller(),
        new ToolRename(),
        new InstructionsChange(),
        new ServerSquatting(),
        new Shadowing(),
        new ClonedLock(),
        new ToolPoisoning(),
        new LineJumping(),
        new ToolShadowing(),
        new HiddenWritingInTools(),
        new SideChannelParameter(),
        // what runs on this machine
        new StdioJunk(),
        new StdioFlood(),
        new StdioDeaf(),
        new StdioCrash(),
        new StdioOrphan(),
        new CommandSwapped(),
        // what a person is shown, and what a folder brings
        new TerminalRewrite(),
        new DiffHiding(),
        new ReportScript(),
        new ClonedRepository(),
        new PublishedKey(),
        new InitLinkSwap(),
    ];

    /// <summary>The exercise with the id; null when there is none.</summary>
    public static RangeExercise? Find(string id) => All.FirstOrDefault(e => string.Equals(e.Id, id, StringComparison.Ordinal));
}
