using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>A function that a variable or an argument holds: a lambda with the variables that it captured, or a method.</summary>
/// <param name="Lambda">The lambda, or null.</param>
/// <param name="Graph">The graph in which the lambda is written.</param>
/// <param name="Captured">The variables at the place of the lambda.</param>
/// <param name="Method">The method, or null.</param>
/// <param name="Receiver">The object of the method.</param>
internal sealed record FunctionValue(IFlowAnonymousFunctionOperation? Lambda, ControlFlowGraph? Graph, TaintState? Captured, IMethodSymbol? Method,
    TaintValue? Receiver)
{
    // The captured variables are not compared: two values of one lambda are the same function.
    public bool Equals(FunctionValue? other) => other is not null && ReferenceEquals(Lambda?.Syntax, other.Lambda?.Syntax)
        && SymbolEqualityComparer.Default.Equals(Method, other.Method);

    public override int GetHashCode() => Lambda?.Syntax.GetHashCode() ?? SymbolEqualityComparer.Default.GetHashCode(Method);
}
