using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers.Taint;

/// <summary>The value of each operation of a body, with its effects on the variables.</summary>
internal sealed class Evaluator(TaintEngine engine, ControlFlowGraph graph, Frame frame)
{
    private readonly Dictionary<CaptureId, IOperation> captured = [];

    public TaintEngine Engine => engine;

    public ControlFlowGraph Graph => graph;

    public Frame Frame => frame;

    public Guards Guards { get; set; } = null!;

    public TaintState State { get; set; } = TaintState.Empty;

    /// <summary>What <c>yield return</c> gave; null when there was none.</summary>
    public TaintValue? Yielded { get; private set; }

    public TaintValue Evaluate(IOperation? operation)
    {
        if (operation is null) return TaintValue.Clean;
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
            return constant is null ? TaintValue.Clean : TaintValue.OfText(Convert.ToString(constant, CultureInfo.InvariantCulture));
        var value = engine.Enter() ? Compute(operation) : TaintValue.Clean;
        engine.Leave();
        // No text of an argument fits into a number, a date or a boolean: the parse is the check.
        return Types.IsScalar(operation.Type) && value.Tainted ? TaintValue.Clean : value;
    }

    public TaintValue All(IEnumerable<IOperation> operations) =>
        operations.Aggregate(TaintValue.Clean, (sum, operation) => Sum(sum, Evaluate(operation)));

    /// <summary>A value that holds both, like a collection of the two.</summary>
    public static TaintValue Sum(TaintValue one, TaintValue other) => !other.Tainted ? one.Flat() : !one.Tainted ? other.Flat()
        : TaintValue.Join(one.Flat(), other.Flat());

    public TaintValue Invoke(FunctionValue function, IReadOnlyList<TaintValue> arguments)
    {
        if (function.Method is { } method) return Calls.OfMethod(this, method, function.Receiver ?? TaintValue.Clean, arguments).Return;
        return RunLambda(function, arguments).Return;
    }

    /// <summary>Runs a lambda with the arguments. What it writes to captured variables is kept.</summary>
    public BodyResult RunLambda(FunctionValue function, IReadOnlyList<TaintValue> arguments, Frame? entered = null)
    {
        if (frame.Depth >= TaintEngine.MaxDepth || function.Lambda is not { } lambda || function.Graph is not { } home)
            return new BodyResult(arguments.Aggregate(TaintValue.Clean, Sum), null, null, null);
        var inner = home.GetAnonymousFunctionControlFlowGraphInScope(lambda);
        var state = ReferenceEquals(home, graph) || function.Captured is null ? State : function.Captured;
        for (var index = 0; index < lambda.Symbol.Parameters.Length; index++)
            state = state.Set(lambda.Symbol.Parameters[index], index < arguments.Count ? arguments[index] with { Origins = [] } : TaintValue.Clean);
        var result = new BodyAnalysis(engine, inner, (entered ?? frame).Deeper).Run(state);
        if (ReferenceEquals(home, graph) && result.Exit is { } exit) State = TaintState.Join(State, exit)!;
        return result;
    }

    /// <summary>Writes a value to a variable, a member or an element.</summary>
    public void Assign(IOperation target, TaintValue value)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                State = State.Set(local.Local, value);
                break;
            case IParameterReferenceOperation parameter:
                State = State.Set(parameter.Parameter, value);
                break;
            case IFlowCaptureReferenceOperation capture:
                State = State.Set(capture.Id, value);
                if (captured.TryGetValue(capture.Id, out var original)
                    && original is not IFlowCaptureReferenceOperation and not IObjectCreationOperation)
                    Assign(original, value);
                break;
            case IInstanceReferenceOperation:
                State = State.Set(TaintState.This, value);
                break;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, value);
                break;
            case IConversionOperation conversion:
                Assign(conversion.Operand, value);
                break;
            case IFieldReferenceOperation field:
                if (field.Instance is null or IInstanceReferenceOperation) engine.JoinField(field.Field, value);
                if (field.Instance is not null) AssignMember(field.Instance, NameOf(field.Field), value);
                break;
            case IPropertyReferenceOperation { Arguments.Length: 0 } property:
                Sinks.OfAssignment(this, property, value);
                if (property.Instance is null or IInstanceReferenceOperation) engine.JoinField(property.Property, value);
                if (property.Instance is not null) AssignMember(property.Instance, property.Property.Name, value);
                break;
            case IPropertyReferenceOperation { Instance: { } list }:
                Mutate(list, value);
                break;
            case IArrayElementReferenceOperation element:
                Mutate(element.ArrayReference, value);
                break;
            case ITupleOperation tuple:
                for (var index = 0; index < tuple.Elements.Length; index++) Assign(tuple.Elements[index], value.Member("Item" + (index + 1)));
                break;
        }
    }

    /// <summary>Adds a value to what an object already holds, as <c>Append</c> and <c>Add</c> do.</summary>
    public void Mutate(IOperation? target, TaintValue value)
    {
        if (!value.Tainted) return;
        switch (target)
        {
            case IInvocationOperation { Instance: { } chain }:
                Mutate(chain, value);
                break;
            case IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments.Length: > 0 } extension:
                Mutate(extension.Arguments[0].Value, value);
                break;
            case IConversionOperation conversion:
                Mutate(conversion.Operand, value);
                break;
            case ILocalReferenceOperation or IParameterReferenceOperation or IFlowCaptureReferenceOperation or IFieldReferenceOperation
                or IPropertyReferenceOperation { Arguments.Length: 0 }:
                var old = Read(target);
                Assign(target, old with
                {
                    Kinds = old.Kinds | value.Whole,
                    Text = null,
                    Argument = old.Argument ?? value.Flat().Argument,
                    Exceptions = old.Exceptions.Union(value.Flat().Exceptions),
                    Origins = []
                });
                break;
        }
    }

    /// <summary>Takes the kinds away from the variables that a value came from.</summary>
    public static TaintState Clear(TaintState state, TaintValue value, TaintKinds kinds)
    {
        foreach (var origin in value.Origins)
        {
            var held = state[origin.Symbol];
            state = state.Set(origin.Symbol, origin.Member is null ? held.Without(kinds)
                : held with { Members = held.Members.SetItem(origin.Member, held.Member(origin.Member).Without(kinds)) });
        }

        return state;
    }

    private void AssignMember(IOperation receiver, string name, TaintValue value)
    {
        if (receiver is IInvocationOperation) return;
        var old = Read(receiver);
        Assign(receiver, old.With(name, value));
    }

    // The value of a variable without the sinks and effects of an evaluation.
    private TaintValue Read(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => State[local.Local],
        IParameterReferenceOperation parameter => State[parameter.Parameter],
        IFlowCaptureReferenceOperation capture => State[capture.Id],
        IInstanceReferenceOperation => State[TaintState.This],
        IConversionOperation conversion => Read(conversion.Operand),
        IFieldReferenceOperation { Instance: { } instance } field => Read(instance).Member(NameOf(field.Field)),
        IPropertyReferenceOperation { Instance: { } instance } property => Read(instance).Member(property.Property.Name),
        _ => TaintValue.Clean,
    };

    private TaintValue Compute(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Named(State[local.Local], local.Local);
            case IParameterReferenceOperation parameter:
                // A parameter of a primary constructor that a method uses is a part of the object.
                return State.Has(parameter.Parameter) ? Named(State[parameter.Parameter], parameter.Parameter)
                    : State[TaintState.This].Member("@" + parameter.Parameter.Name);
            case IFlowCaptureReferenceOperation capture:
                return State[capture.Id];
            case IFlowCaptureOperation capture:
                Capture(capture);
                return TaintValue.Clean;
            case IInstanceReferenceOperation:
                return State[TaintState.This];
            case IFieldReferenceOperation field:
                return Field(field);
            case IPropertyReferenceOperation property:
                return Property(property);
            case ISimpleAssignmentOperation assignment:
                return Assignment(assignment);
            case ICompoundAssignmentOperation compound:
                var sum = Types.IsString(compound.Type) ? Texts.Concat([Evaluate(compound.Target), Evaluate(compound.Value)])
                    : Sum(Evaluate(compound.Target), Evaluate(compound.Value));
                Assign(compound.Target, sum);
                return sum;
            case IDeconstructionAssignmentOperation deconstruction:
                Deconstruct(deconstruction.Target, Evaluate(deconstruction.Value));
                return TaintValue.Clean;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } binary when Types.IsString(binary.Type):
                return Texts.Concat([Part(binary.LeftOperand), Part(binary.RightOperand)]);
            case IInterpolatedStringOperation text:
                return Texts.Concat([.. text.Parts.Select(Part)]);
            case IInterpolatedStringAppendOperation append:
                return Evaluate(append.AppendCall);
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand);
            case IAwaitOperation await:
                return Evaluate(await.Operation);
            case IArgumentOperation argument:
                return Evaluate(argument.Value);
            case IInvocationOperation invocation:
                return Calls.OfInvocation(this, invocation);
            case IObjectCreationOperation creation:
                return Calls.OfCreation(this, creation);
            case IDelegateCreationOperation creation:
                return Evaluate(creation.Target);
            case IFlowAnonymousFunctionOperation lambda:
                var function = TaintValue.Clean with { Function = new FunctionValue(lambda, graph, State, null, null) };
                engine.EnterLambda(this, lambda, function.Function);
                return function;
            case IMethodReferenceOperation reference:
                var receiver = reference.Instance is null ? TaintValue.Clean : Evaluate(reference.Instance);
                return TaintValue.Clean with { Function = new FunctionValue(null, null, null, reference.Method, receiver) };
            case IIsPatternOperation pattern:
                Declare(pattern.Pattern, Evaluate(pattern.Value));
                return TaintValue.Clean;
            case IReturnOperation yielded when yielded.Kind == OperationKind.YieldReturn:
                var given = Evaluate(yielded.ReturnedValue).Flat();
                Yielded = Yielded is null ? given : TaintValue.Join(Yielded, given);
                return TaintValue.Clean;
            case ITupleOperation tuple:
                return tuple.Elements.Select((element, index) => (index, value: Evaluate(element)))
                    .Aggregate(TaintValue.Clean, (whole, element) => whole.With("Item" + (element.index + 1), element.value));
            case IAnonymousObjectCreationOperation anonymous:
                return anonymous.Initializers.OfType<ISimpleAssignmentOperation>().Aggregate(TaintValue.Clean, (whole, member) =>
                    whole.With(member.Target is IPropertyReferenceOperation property ? property.Property.Name : "", Evaluate(member.Value)));
            case IArrayElementReferenceOperation element:
                foreach (var index in element.Indices) Evaluate(index);
                return Evaluate(element.ArrayReference) with { Origins = [], Text = null };
            case IArrayCreationOperation array:
                return array.Initializer is null ? TaintValue.Clean : All(array.Initializer.ElementValues);
            case IExpressionStatementOperation statement:
                return Evaluate(statement.Operation);
            case IDeclarationExpressionOperation declaration:
                return Evaluate(declaration.Expression);
            case ITypeOfOperation or INameOfOperation or IDefaultValueOperation or ISizeOfOperation or ILocalFunctionOperation:
                return TaintValue.Clean;
            case IUnaryOperation unary:
                return Evaluate(unary.Operand);
            default:
                return All(operation.ChildOperations);
        }
    }

    // A value that is read from a variable: a check of the one is a check of the other.
    private static TaintValue Named(TaintValue value, ISymbol symbol, string? member = null) =>
        !value.Tainted ? value : value with { Origins = value.Origins.Add(new Origin(symbol, member)) };

    private void Capture(IFlowCaptureOperation capture)
    {
        captured[capture.Id] = capture.Value;
        var value = Evaluate(capture.Value);
        State = State.Set(capture.Id, value);
        Remember(capture.Id, capture.Value);
    }

    // A boolean keeps what it proves: `var known = list.Contains(name); if (!known) return;`.
    private void Remember(object key, IOperation value)
    {
        if (value.Type?.SpecialType != SpecialType.System_Boolean) return;
        State = State.Know(key, Guards.Refine(State, value, true), Guards.Refine(State, value, false));
    }

    private TaintValue Assignment(ISimpleAssignmentOperation assignment)
    {
        var value = Evaluate(assignment.Value);
        if (assignment.Target is IPropertyReferenceOperation or IFieldReferenceOperation)
        {
            var receiver = (assignment.Target as IMemberReferenceOperation)!.Instance;
            if (receiver is IInvocationOperation) Evaluate(receiver);
        }

        Assign(assignment.Target, value);
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        if (target is ILocalReferenceOperation local) Remember(local.Local, assignment.Value);
        return value;
    }

    private void Deconstruct(IOperation target, TaintValue value)
    {
        if (target is IDeclarationExpressionOperation declaration) target = declaration.Expression;
        if (target is not ITupleOperation tuple)
        {
            Assign(target, value);
            return;
        }

        // A record is taken apart in the order of its parameters, a tuple in that of its items.
        for (var index = 0; index < tuple.Elements.Length; index++)
        {
            var item = value.Member("Item" + (index + 1));
            if (!value.Members.ContainsKey("Item1") && value.Members.Count > 0) item = value.Flat();
            Deconstruct(tuple.Elements[index], item);
        }
    }

    private void Declare(IPatternOperation pattern, TaintValue value)
    {
        switch (pattern)
        {
            case IDeclarationPatternOperation { DeclaredSymbol: { } symbol }:
                State = State.Set(symbol, Types.IsScalar((symbol as ILocalSymbol)?.Type) ? TaintValue.Clean : value);
                break;
            case IRecursivePatternOperation recursive:
                if (recursive.DeclaredSymbol is { } declared) State = State.Set(declared, value);
                foreach (var property in recursive.PropertySubpatterns)
                {
                    var name = (property.Member as IMemberReferenceOperation)?.Member.Name;
                    Declare(property.Pattern, name is null ? value : value.Member(name));
                }

                foreach (var part in recursive.DeconstructionSubpatterns) Declare(part, value.Flat());
                break;
            case IListPatternOperation list:
                foreach (var part in list.Patterns) Declare(part, value.Flat());
                break;
            case ISlicePatternOperation { Pattern: { } slice }:
                Declare(slice, value.Flat());
                break;
            case IBinaryPatternOperation binary:
                Declare(binary.LeftPattern, value);
                Declare(binary.RightPattern, value);
                break;
            case INegatedPatternOperation negated:
                Declare(negated.Pattern, value);
                break;
        }
    }

    /// <summary>The value of a part of a text. An exception in a text is its message and its stack.</summary>
    private TaintValue Part(IOperation part)
    {
        var operation = part switch
        {
            IInterpolatedStringTextOperation text => text.Text,
            IInterpolationOperation interpolation => interpolation.Expression,
            _ => part,
        };
        var value = Evaluate(operation);
        var type = operation is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand.Type : operation.Type;
        if (Types.IsException(type) && !Types.IsSpokenException(type)) value = Sum(value, TaintEngine.ExceptionText(operation.Syntax));
        return Types.IsScalar(type) && type?.SpecialType != SpecialType.System_Char ? TaintValue.Clean : value;
    }

    // An item of a tuple has the name that the sources give it, and its place.
    private static string NameOf(IFieldSymbol field) => field.CorrespondingTupleField?.Name ?? field.Name;

    private TaintValue Field(IFieldReferenceOperation field)
    {
        if (field.Instance is null) return engine.StaticMember(field.Field);
        var held = Evaluate(field.Instance);
        return Member(held, field.Instance, field.Field, NameOf(field.Field));
    }

    private TaintValue Property(IPropertyReferenceOperation reference)
    {
        var property = reference.Property;
        foreach (var argument in reference.Arguments) Evaluate(argument);
        if (TaintEngine.SourceOf(property) is { } source) return source;
        if (reference.Instance is null) return Calls.OfGetter(this, property, TaintValue.Clean) ?? engine.StaticMember(property);
        var held = Evaluate(reference.Instance);
        if (Types.IsException(reference.Instance.Type) && property.Name is "Message" or "StackTrace")
            return Types.IsException(reference.Instance.Type) && !Types.IsSpokenException(reference.Instance.Type)
                ? TaintEngine.ExceptionText(reference.Syntax) : TaintValue.Clean;
        if (reference.Arguments.Length > 0) return held.Flat() with { Text = null };
        if (Types.Is(property.ContainingType, "System.IO.FileSystemInfo") && property.Name == "FullName") return held with { Form = ValueForm.FullPath };
        if (Types.FullName(property.ContainingType) == "System.Uri") return Texts.OfUri(held, property.Name);
        if (Calls.OfGetter(this, property, held) is { } computed) return computed;
        return Member(held, reference.Instance, property, property.Name);
    }

    private TaintValue Member(TaintValue held, IOperation instance, ISymbol member, string name)
    {
        var value = held.Member(name);
        if (instance is IInstanceReferenceOperation && engine.FieldTaint(member) is { } written) value = TaintValue.Join(value, written);
        var symbol = instance switch
        {
            ILocalReferenceOperation local => (ISymbol)local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
        if (symbol is not null) return Named(value, symbol, name);
        // Content of a captured value is content of the variable that was captured.
        return value.Tainted && instance is IFlowCaptureReferenceOperation && held.Origins.Count == 1
            && held.Origins.First() is { Member: null } origin
            ? value with { Origins = [new Origin(origin.Symbol, name)] } : value;
    }
}
