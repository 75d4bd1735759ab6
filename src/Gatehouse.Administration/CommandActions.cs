using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>Lists commands of wrapped servers: those that were approved, and those that need an approval.</summary>
internal sealed record ListCommands : AdministrativeAction<CommandList>
{
    internal override string Name => "command.list";

    internal override ActRow Row => CommandRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Commands is not null;

    protected override async Task<ActionOutcome<CommandList>> RunAsync(AdministrationParts parts, Administrator by) =>
        new CommandList(await parts.Commands!.ListAsync().ConfigureAwait(false));
}

/// <summary>Approves a command in full, as it was shown: a digest without the command does not show what it covers (G06).</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Command">The command.</param>
/// <param name="Digest">The digest of the shown command.</param>
internal sealed record ApproveServerCommand(string Server, CommandLine Command, string Digest) : AdministrativeAction<CommandApproved>
{
    internal override string Name => "command.approve";

    internal override ActRow Row => CommandRows.Approve;

    internal override AdministrativeAction Wire => new ApproveServerCommands([CommandView.Of(Server, Command) with { Digest = Digest }]);

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [KeyValuePair.Create("command", Digest), KeyValuePair.Create("server", Server)];

    // Only a command that was shown has a server that the host knows.
    internal override IReadOnlyList<KeyValuePair<string, string>> RefusedFacts =>
        [RevokeCommandApproval.Fact(Digest), KeyValuePair.Create("givenServer", Server)];

    public override bool IsOffered(AdministrationParts parts) => parts.Commands is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Command.Arguments.Count > 0 && Command.Digest == Digest && parts.Commands!.IsName(Server) ? null : ActionRefusal.NotAsShown;

    protected override async Task<ActionOutcome<CommandApproved>> RunAsync(AdministrationParts parts, Administrator by)
    {
        await parts.Commands!.ApproveAsync(Server, Command).ConfigureAwait(false);
        return new CommandApproved(Server);
    }
}

/// <summary>Approvals of several commands, which one confirmation covers. Each is an act of its own.</summary>
/// <param name="Commands">The commands in full, as the person was shown them.</param>
internal sealed record ApproveServerCommands(IReadOnlyList<CommandView> Commands) : AdministrativeAction<CommandApproved>
{
    private const int MostCommands = 256;

    internal override string Name => "command.approve";

    internal override ActRow Row => CommandRows.Approve;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    public override bool IsOffered(AdministrationParts parts) => parts.Commands is not null;

    /// <summary>Returns the acts.</summary>
    public ControlReading Each()
    {
        if (Commands.Count is 0 or > MostCommands) return ActionRefusal.NoCommands;
        // The serializer refuses a null in place of a member, and not in a list.
        return Commands.Any(static one => one is null || one.Arguments.Contains(null!) || one.Environment.Contains(null!)
                || one.Minimum?.Values.Contains(null!) == true)
            ? ActionRefusal.NotUnderstood
            : new ControlReading([.. Commands.Select(static one => new ApproveServerCommand(one.Name, one.ToCommand(), one.Digest))], null);
    }

    protected override Task<ActionOutcome<CommandApproved>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<CommandApproved>>(ActionRefusal.NotUnderstood);
}

/// <summary>Revokes the approval of a command: the next start asks again.</summary>
/// <param name="Digest">The command's digest.</param>
internal sealed record RevokeCommandApproval(string Digest = "") : AdministrativeAction<CommandRevoked>
{
    internal override string Name => "command.revoke";

    internal override ActRow Row => CommandRows.Revoke;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [Fact(Digest), KeyValuePair.Create("server", "")];

    public override bool IsOffered(AdministrationParts parts) => parts.Commands is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => ApprovalActs.IsDigest(Digest) ? null : ActionRefusal.UnknownCommand;

    /// <summary>Returns the fact with a command. The fact <c>command</c> is in clear, so it holds a digest only.</summary>
    internal static KeyValuePair<string, string> Fact(string digest) =>
        KeyValuePair.Create(ApprovalActs.IsDigest(digest) ? "command" : "givenCommand", digest);

    protected override async Task<ActionOutcome<CommandRevoked>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Commands!.RevokeAsync(Digest).ConfigureAwait(false) ? new CommandRevoked(Digest) : ActionRefusal.UnknownCommand;
}

/// <summary>Commands, the newest first.</summary>
internal sealed record CommandList(IReadOnlyList<CommandView> Commands) : ActResult;

/// <summary>A command may be started.</summary>
internal sealed record CommandApproved(string Server) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"{Server} may start";
}

/// <summary>A command asks again.</summary>
internal sealed record CommandRevoked(string Digest) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence =>
        $"{Digest[..12]} needs a new approval before its next start; running servers continue until their host ends";
}
