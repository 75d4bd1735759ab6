using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>Options that the commands about texts have in common.</summary>
internal sealed class DetectOptions
{
    private readonly Option<string> place = new("--place")
    {
        Description = $"Place of the texts: {string.Join(", ", Words.All<MessagePlace>())}.",
        HelpName = "place",
        DefaultValueFactory = _ => Words.Of(MessagePlace.Result),
    };

    private readonly Option<string?> config = new("--config", "-c")
    { Description = "Also show what the rules of this configuration would do.", HelpName = "file" };

    private readonly Option<string?> server = new("--server") { Description = "With --config: server of the message.", HelpName = "name" };

    private readonly Option<string?> tool = new("--tool") { Description = "With --config: called tool.", HelpName = "name" };

    public DetectOptions() => place.AcceptOnly(Words.All<MessagePlace>());

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>Adds all options to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { place, config, server, tool, Json }) command.Add(option);
        command.Check(result =>
        {
            if (result.GetValue(config) is null && (result.GetValue(server) ?? result.GetValue(tool)) is not null)
                result.AddError("--server and --tool need --config");
        });
    }

    /// <summary>Returns the place that was named.</summary>
    public MessagePlace PlaceOf(ParseResult parsed) => Words.Parse<MessagePlace>(parsed.GetValue(place)!);

    /// <summary>Returns whether the person named a place.</summary>
    public bool NamesPlace(ParseResult parsed) => parsed.GetResult(place) is { Implicit: false };

    /// <summary>Reads the configuration and prints its faults. Returns false when it has some.</summary>
    public bool TryLoad(ParseResult parsed, out MessageInspectionSettings? configured)
    {
        configured = null;
        if (parsed.GetValue(config) is not { } file) return true;
        if (CommonOptions.LoadAsServed(file)?.Settings is not { } settings) return false;
        configured = settings.Inspection.Messages;
        if (parsed.GetValue(server) is not { } name || settings.Servers.Any(one => one.Name == name)) return true;
        Terminal.Fault($"the configuration has no server '{name}'");
        Terminal.Hint($"known servers: {string.Join(", ", settings.Servers.Select(one => one.Name))}");
        return false;
    }

    /// <summary>Returns the report of a text.</summary>
    public FindingReport ReportOf(ParseResult parsed, InspectedText text, MessageInspectionSettings? configured) =>
        new(text, configured, parsed.GetValue(server), parsed.GetValue(tool));
}
