using System.Collections.Immutable;
using Gatehouse.Analyzers.Findings;
using Gatehouse.Analyzers.Taint;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers;

/// <summary>
/// Finds validation of access tokens that does not compare their audience (CWE-287): a server that accepts tokens for others lets every holder of
/// such a token in.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AudienceAnalyzer : DiagnosticAnalyzer
{
    private const string Parameters = "Microsoft.IdentityModel.Tokens.TokenValidationParameters";

    private static readonly HashSet<string> Named = ["ValidateAudience", "ValidAudience", "ValidAudiences", "AudienceValidator", "Audience"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Audience];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // A mark of generated code does not exempt sources: an attacker can write it.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(OfAssignment, OperationKind.SimpleAssignment);
        context.RegisterOperationAction(OfCreation, OperationKind.ObjectCreation);
    }

    private static void OfAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is not IPropertyReferenceOperation { Property: var property } || !Types.Is(property.ContainingType, Parameters)) return;
        var reason = property.Name switch
        {
            "ValidateAudience" when assignment.Value.ConstantValue is { HasValue: true, Value: false } && !HasValidator(assignment) => "ValidateAudience is false",
            "RequireAudience" when assignment.Value.ConstantValue is { HasValue: true, Value: false } => "RequireAudience is false",
            "AudienceValidator" when AlwaysTrue(assignment.Value) => "AudienceValidator accepts every audience",
            _ => null,
        };
        if (reason is not null) context.ReportDiagnostic(Diagnostic.Create(Rules.Audience, assignment.Syntax.GetLocation(), reason));
    }

    // Parameters that name no audience at all, and nothing near them does: whoever runs this switches the check off next.
    private static void OfCreation(OperationAnalysisContext context)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (!Types.Is(creation.Type, Parameters) || creation.Arguments.Length > 0 || creation.Initializer is not { Initializers.Length: > 0 }) return;
        var body = (IOperation)creation;
        while (body.Parent is { } parent) body = parent;
        if (body.Descendants().OfType<IPropertyReferenceOperation>().Any(member => Named.Contains(member.Property.Name))) return;
        context.ReportDiagnostic(Diagnostic.Create(Rules.Audience, creation.Syntax.GetLocation(), "No audience is named"));
    }

    private static bool HasValidator(IOperation assignment) => assignment.Parent?.ChildOperations.OfType<ISimpleAssignmentOperation>()
        .Any(other => other.Target is IPropertyReferenceOperation { Property.Name: "AudienceValidator" } && !AlwaysTrue(other.Value)) == true;

    private static bool AlwaysTrue(IOperation value)
    {
        var function = value.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().FirstOrDefault();
        var results = function?.Body.Descendants().OfType<IReturnOperation>().ToList();
        return results is { Count: > 0 } && results.All(result => result.ReturnedValue?.ConstantValue is { HasValue: true, Value: true });
    }
}
