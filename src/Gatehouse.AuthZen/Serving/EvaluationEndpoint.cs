using System.Text.Json;

namespace Gatehouse.AuthZen.Serving;

/// <summary>The endpoint for one question, or for several in one request with one of the three semantics (AuthZEN 1.0 §6 and §7).</summary>
internal static class EvaluationEndpoint
{
    /// <summary>Returns the answers in the order of the questions, and no more than the semantics asks for.</summary>
    /// <param name="root">The request.</param>
    /// <param name="deciding">The service that decides.</param>
    /// <param name="most">Most questions.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <returns>The answers, and whether they are written as a list.</returns>
    /// <exception cref="InvalidEvaluationException">The request as a whole cannot be read.</exception>
    public static async ValueTask<(IReadOnlyList<EvaluationResult> Answers, bool AsList)> AnswerAsync(
        JsonElement root, EvaluationService deciding, int most, CancellationToken cancellation)
    {
        var defaults = EvaluationRequest.Of(root);
        if (!root.TryGetProperty("evaluations", out var list))
            return ([await deciding.DecideAsync(defaults, cancellation).ConfigureAwait(false)], false);
        if (list.ValueKind != JsonValueKind.Array) throw new InvalidEvaluationException("evaluations is no array");
        var semantic = SemanticOf(root);
        var count = list.GetArrayLength();
        if (count == 0) return ([await deciding.DecideAsync(defaults, cancellation).ConfigureAwait(false)], false);
        if (count > most) throw new InvalidEvaluationException(413, $"there are more than {most} evaluations");
        var answers = new List<EvaluationResult>(count);
        foreach (var entry in list.EnumerateArray())
        {
            var answer = await AnswerAsync(entry, defaults, deciding, cancellation).ConfigureAwait(false);
            answers.Add(answer);
            if (semantic == "deny_on_first_deny" && !answer.Decision.IsPermitted) break;
            if (semantic == "permit_on_first_permit" && answer.Decision.IsPermitted) break;
        }

        return (answers, true);
    }

    // §7.2.1: a fault in one question is reported in its place and denies it. The others are answered.
    private static async ValueTask<EvaluationResult> AnswerAsync(JsonElement entry, EvaluationRequest defaults, EvaluationService deciding,
        CancellationToken cancellation)
    {
        try
        {
            return await deciding.DecideAsync(EvaluationRequest.Of(entry, defaults), cancellation).ConfigureAwait(false);
        }
        catch (InvalidEvaluationException e)
        {
            return EvaluationResult.Faulty(e.Message);
        }
    }

    private static string SemanticOf(JsonElement root)
    {
        var word = EvaluationJson.Optional(EvaluationJson.Part(root, "options"), "options", "evaluations_semantic") ?? "execute_all";
        return word is "execute_all" or "deny_on_first_deny" or "permit_on_first_permit"
            ? word
            : throw new InvalidEvaluationException("options.evaluations_semantic is not one of the three words");
    }
}
