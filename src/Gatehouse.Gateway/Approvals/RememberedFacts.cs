using System.Text.Json.Serialization;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The calls for which an answer is remembered.</summary>
/// <param name="Lasts">The time for which it is remembered.</param>
/// <param name="Argument">
/// The argument that may differ, by its name or a JSON Pointer; null for the URI of a resource, and where nothing may differ.
/// </param>
/// <param name="Folder">The folder in which the argument must be, in its one spelling; null where nothing may differ.</param>
internal sealed record RememberedTerms(TimeSpan Lasts, string? Argument = null, string? Folder = null)
{
    /// <summary>Returns what a rule lets an answer be remembered for: nothing for a confirmation, and where several people approve.</summary>
    public static RememberScope ScopeOf(ApprovalTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms is { Approvers: 1, Strength: ApprovalStrength.Approval } ? terms.Remember : RememberScope.None;
    }
}

/// <summary>The facts of a remembered answer about the call that was answered. Stored sealed under the key of the caller.</summary>
/// <param name="Call">The question, without parameters, comparison and findings.</param>
/// <param name="Terms">The calls for which it counts.</param>
internal sealed record RememberedFacts(ApprovalFacts Call, RememberedTerms Terms);

/// <summary>A remembered answer with its facts. A part is null where its person was erased.</summary>
/// <param name="Row">The row.</param>
/// <param name="Facts">What was answered.</param>
/// <param name="By">The person who gave it.</param>
/// <param name="Uses">Number of calls that it let pass since this process started.</param>
internal sealed record RememberedAnswer(RememberedApprovalRow Row, RememberedFacts? Facts, ApproverFacts? By, int Uses);

/// <summary>JSON of the sealed facts of remembered answers.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RememberedFacts))]
internal sealed partial class RememberedFactsJson : JsonSerializerContext;
