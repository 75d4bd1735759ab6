using Gatehouse.Fixture.Serving;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that answer in rounds: first with questions, then, called again with the answers, with a result.</summary>
internal static class InputRequiredTools
{
    private const string Prefix = "test_input_required_result_";

    public static IEnumerable<FixtureTool> All { get; } =
    [
        Tool("elicitation", "Asks for a name", Elicitation),
        Tool("sampling", "Asks the client's model for a capital", Sampling),
        Tool("list_roots", "Asks for the client's roots", ListRoots),
        Tool("request_state", "Carries state to the second round", RequestState),
        Tool("multiple_inputs", "Asks three things of three kinds at once", MultipleInputs),
        Tool("multi_round", "Asks twice", MultiRound),
        Tool("tampered_state", "Refuses a state that was changed", TamperedState),
        Tool("capabilities", "Asks only what the client declares", Capabilities),
    ];

    private static InputRequest AskName => Question.ElicitOne("What is your name?", "name");

    private static InputRequest AskOk => Question.ElicitOne("Please confirm", "ok", "boolean");

    private static InputRequest AskCapital => Question.Sample("What is the capital of France?", 100);

    private static FixtureTool Tool(string name, string description, Func<ClientInput, string> run) =>
        new(Prefix + name, description, FixtureTool.NoArguments, call => Content.Result(run(call.Input)));

    private static string Elicitation(ClientInput input) =>
        input.Answer("user_name") is { } answer
            ? $"Hello, {Question.ElicitedText(answer, "name")}!"
            : throw input.Need(null, ("user_name", AskName));

    private static string Sampling(ClientInput input) =>
        input.Answer("capital_question") is { } answer
            ? $"LLM response: {Question.SampledText(answer)}"
            : throw input.Need(null, ("capital_question", AskCapital));

    private static string ListRoots(ClientInput input) =>
        input.Answer("client_roots") is { } answer
            ? $"Roots: {Question.RootNames(answer)}"
            : throw input.Need(null, ("client_roots", Question.Roots()));

    private static string RequestState(ClientInput input) =>
        input.State == "request-state" && input.Answer("confirm") is { } answer
            ? $"state-ok, confirmed: {Question.ElicitedText(answer, "ok")}"
            : throw input.Need("request-state", ("confirm", AskOk));

    private static string MultipleInputs(ClientInput input)
    {
        if (input.State == "multiple-inputs" && input.Answer("user_name") is { } name
            && input.Answer("greeting") is { } greeting && input.Answer("client_roots") is { } roots)
        {
            return $"{Question.ElicitedText(name, "name")}: {Question.SampledText(greeting)} ({Question.RootNames(roots)})";
        }

        throw input.Need(
            "multiple-inputs",
            ("user_name", AskName),
            ("greeting", Question.Sample("Generate a greeting", 50)),
            ("client_roots", Question.Roots()));
    }

    private static string MultiRound(ClientInput input)
    {
        // The state names the last step asked and what was said before, so that no round depends on this server's memory.
        var state = input.State;
        if (state is not null && state.StartsWith("step2:", StringComparison.Ordinal) && input.Answer("step2") is { } color)
            return $"{state["step2:".Length..]} likes {Question.ElicitedText(color, "color")}";
        if (state == "step1" && input.Answer("step1") is { } name)
        {
            throw input.Need(
                $"step2:{Question.ElicitedText(name, "name")}",
                ("step2", Question.ElicitOne("Step 2: What is your favorite color?", "color")));
        }

        throw input.Need("step1", ("step1", Question.ElicitOne("Step 1: What is your name?", "name")));
    }

    private static string TamperedState(ClientInput input) =>
        input.State == "untampered" && input.Answer("confirm") is { } answer
            ? $"The state came back unchanged, confirmed: {Question.ElicitedText(answer, "ok")}"
            : throw input.Need("untampered", ("confirm", AskOk));

    private static string Capabilities(ClientInput input)
    {
        (string Key, InputRequest Question)[] all = [("capital_question", AskCapital), ("user_name", AskName), ("client_roots", Question.Roots())];
        var possible = all.Where(one => input.Declares(one.Question)).ToArray();
        if (possible.Length == 0)
            throw new MissingRequiredClientCapabilityException(new() { Sampling = new() });
        return possible.All(one => input.Answer(one.Key) is not null)
            ? $"Answered: {string.Join(", ", possible.Select(one => one.Key))}"
            : throw input.Need(null, possible);
    }
}
