using Gatehouse.Detection.Messages;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>Counts the exchanges of an audit log by the places that their messages have.</summary>
internal static class RecordedSamples
{
    /// <summary>Returns the sample of each place with a finding.</summary>
    public static IReadOnlyList<CalibrationSample> Of(IEnumerable<RecordedExchange> exchanges)
    {
        var samples = Enum.GetValues<MessagePlace>().ToDictionary(place => place, place => new CalibrationSample(place));
        foreach (var exchange in exchanges)
        {
            foreach (var place in PlacesOf(exchange)) samples[place].Count++;
            var counted = exchange.Findings.Where(one => one is { IsDecided: true, IsOfSource: false, Detail.IsSuppressed: false });
            foreach (var group in counted.GroupBy(one => one.Detail.Place))
                samples[group.Key].Add([.. group.Select(one => (one.Rule.Id, one.Confidence))]);
        }

        return [.. samples.Values.Where(sample => sample.Count > 0)];
    }

    // The log does not say whether the result of a tool was an error, or what a server sent in between. Every exchange that must have had such a text
    // counts, and every exchange with a finding there.
    private static HashSet<MessagePlace> PlacesOf(RecordedExchange exchange)
    {
        var places = new HashSet<MessagePlace>(exchange.Findings.Select(one => one.Detail.Place));
        if (exchange.IsRequestRead) places.Add(exchange.Method is null ? MessagePlace.Answer : MessagePlace.Argument);
        if (exchange.Notes > 0) places.Add(MessagePlace.Notification);
        if (exchange.Answers > 0 && OfAnswer(exchange.Method) is { } answer) places.Add(answer);
        return places;
    }

    private static MessagePlace? OfAnswer(string? method) => method switch
    {
        "tools/call" or "tasks/get" or "tasks/result" or "tasks/update" => MessagePlace.Result,
        "resources/read" => MessagePlace.Resource,
        "prompts/get" => MessagePlace.Prompt,
        "completion/complete" => MessagePlace.Completion,
        _ => null,
    };
}
