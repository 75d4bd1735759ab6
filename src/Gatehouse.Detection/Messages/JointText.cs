using System.Text.Json;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The judgement of a sentence that is split over two messages. The threat: two answers that are harmless each for itself, and an instruction together
/// in the context of the model (MCP06).
/// </summary>
public static class JointText
{
    /// <summary>Returns what neither of two texts has by itself and both together have; the span of each finding is the beginning of the second.</summary>
    /// <param name="before">The end of the earlier text.</param>
    /// <param name="edges">The ends of the later text.</param>
    /// <param name="place">The place of the later text.</param>
    /// <param name="known">The findings of the later text by itself.</param>
    public static IReadOnlyList<MessageFinding> Judge(string before, TextEdges edges, MessagePlace place, IReadOnlyList<MessageFinding> known)
    {
        ArgumentNullException.ThrowIfNull(edges);
        List<MessageFinding> found = [];
        // A word may be split, or two words.
        foreach (var between in (ReadOnlySpan<string>)["", " "])
        {
            foreach (var finding in Across(before + between, edges.First, place))
            {
                if (known.Any(one => one.Rule == finding.Rule) || found.Exists(one => one.Rule == finding.Rule)) continue;
                if (Judge(before, place).Findings.Any(one => one.Rule == finding.Rule)) continue;
                found.Add(finding with { Span = edges.FirstSpan, Message = finding.Message + ", together with an earlier message" });
            }
        }

        return found;
    }

    private static IEnumerable<MessageFinding> Across(string before, string after, MessagePlace place)
    {
        var judged = Judge(before + after, place);
        var joint = JsonSerializer.SerializeToUtf8Bytes(before).Length - 1;
        return judged.Findings.Where(finding => finding.Span.Start < joint && finding.Span.End > joint);
    }

    private static MessageJudgement Judge(string text, MessagePlace place)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(text);
        return MessageJudge.Judge(bytes, new ByteRange(0, bytes.Length), place);
    }
}
