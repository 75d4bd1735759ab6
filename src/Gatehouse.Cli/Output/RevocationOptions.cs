using System.CommandLine;
using Gatehouse.Administration;

namespace Gatehouse.Cli.Output;

/// <summary>The options that every revocation on the running gateway has, and the call that carries it out.</summary>
internal sealed class RevocationOptions
{
    /// <summary><c>--config</c>.</summary>
    public Option<string?> Config { get; } = CommonOptions.Config();

    /// <summary><c>--state</c>.</summary>
    public Option<string?> State { get; } = CommonOptions.State();

    /// <summary><c>--reason</c>.</summary>
    public Option<string?> Reason { get; } = new("--reason") { Description = "Reason, kept in the store.", HelpName = "text" };

    /// <summary><c>--token-file</c>.</summary>
    public Option<string?> Token { get; } =
        new("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };

    /// <summary>Sends the action that <paramref name="action"/> makes of the reason, as a person, and returns the exit code.</summary>
    /// <param name="what">The action in a few words, for the confirmation.</param>
    /// <param name="action">Makes the action of the reason.</param>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<int> RunAsync(string what, Func<string, AdministrativeAction> action, ParseResult parsed, CancellationToken cancellation) =>
        ControlCall.RunAsPersonAsync(parsed.GetValue(State), parsed.GetValue(Config), parsed.GetValue(Token), what,
            action(parsed.GetValue(Reason) ?? ""), cancellation);
}
