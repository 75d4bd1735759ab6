using Gatehouse.Cli;
using Gatehouse.Cli.Output;

namespace Gatehouse.Conventions.Tests;

/// <summary>A command that a message proposes can be pasted: it has the options by which the command that ran found its gateway.</summary>
public sealed class ProposedCommandsTests
{
    [Theory]
    [InlineData("list the servers with: gatehouse config show", "list the servers with: gatehouse config show --config other.yaml")]
    [InlineData("see: gatehouse audit search --act definition.approve", "see: gatehouse audit search --config other.yaml --act definition.approve")]
    [InlineData("run 'gatehouse doctor checkpoints', then", "run 'gatehouse doctor checkpoints --config other.yaml', then")]
    [InlineData("run: gatehouse lock approve --gateway", "run: gatehouse lock approve --gateway --config other.yaml")]
    [InlineData("run: gatehouse store acknowledge --host", "run: gatehouse store acknowledge --host")]
    [InlineData("gatehouse audit search --log FOLDER/audit", "gatehouse audit search --log FOLDER/audit")]
    [InlineData("see: gatehouse explain GH4003", "see: gatehouse explain GH4003")]
    [InlineData("give --state to gatehouse-verify", "give --state to gatehouse-verify")]
    [InlineData("gatehouse lock: no servers", "gatehouse lock --config other.yaml: no servers")]
    public async Task Command_HasTheOptionsOfTheCommandThatRan(string text, string expected)
    {
        await Task.Yield(); // the options are those of one flow of calls
        ProposedCommands.Use(CommandTree.For(["status"]).Parse(["status", "--config", "other.yaml"]), static word => CommandTree.For([word]));
        Assert.Equal(expected, ProposedCommands.Complete(text));
    }

    // Without the option the proposed command judges another configuration: that of a gateway with an identity provider.
    [Theory]
    [InlineData("run: gatehouse config show", "run: gatehouse config show --config dev.yaml --dev")]
    [InlineData("run: gatehouse serve", "run: gatehouse serve --config dev.yaml --dev")]
    [InlineData("run: gatehouse status", "run: gatehouse status --config dev.yaml")]
    public async Task CommandThatRunsForDevelopment_ProposesCommandsForIt(string message, string expected)
    {
        await Task.Yield();
        ProposedCommands.Use(
            CommandTree.For(["config"]).Parse(["config", "check", "--config", "dev.yaml", "--dev"]), static word => CommandTree.For([word]));
        Assert.Equal(expected, ProposedCommands.Complete(message));
    }

    [Fact]
    public async Task LockFile_IsCarriedToCommandsThatReadOne()
    {
        await Task.Yield();
        ProposedCommands.Use(CommandTree.For(["lock"]).Parse(["lock", "verify", "--lock", "team lock"]), static word => CommandTree.For([word]));
        Assert.Equal("write it with: gatehouse lock --lock 'team lock'", ProposedCommands.Complete("write it with: gatehouse lock"));
        Assert.Equal("run: gatehouse lock approve --gateway", ProposedCommands.Complete("run: gatehouse lock approve --gateway"));
    }
}
