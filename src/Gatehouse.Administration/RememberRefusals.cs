namespace Gatehouse.Administration;

/// <summary>Refusals of acts about remembered answers.</summary>
internal sealed partial record ActionRefusal
{
    private const string WithoutMemory = "grant only this call with 'gatehouse approval grant', without --remember";
    private const string WithoutMember = "leave out the member remember to grant only this call";

    public static ActionRefusal NoRememberWords { get; } =
        new("these are not words for what is remembered", "write --remember arguments, or --remember under:FOLDER")
        {
            Why = "no-remember-words",
            RemedyOverHttp = "give the member remember as {} for the same arguments, or with folder, and with seconds above zero",
        };

    public static ActionRefusal NoRememberedNamed { get; } =
        new("this is not the id of a remembered answer", "give an id that begins with rem-, as 'gatehouse approval list' prints it")
        { Why = "no-remembered", RemedyOverHttp = "give the member id, which begins with rem-, as the act approval.list has it" };

    public static ActionRefusal DenialNotRemembered { get; } =
        new("only a grant is remembered", "deny the call without --remember; equal calls are refused for approvals.denialLife")
        { Why = "denial-not-remembered", RemedyOverHttp = "leave out the member remember; equal calls are refused for approvals.denialLife" };

    /// <summary>Makes a refusal for a question whose answer is not remembered.</summary>
    public static ActionRefusal NotRemembered(string id) =>
        new($"no rule lets the answer to {id} be remembered, or several people have to grant it",
            $"{WithoutMemory}, or set 'remember' in the approval of each rule that asks")
        {
            Why = "not-remembered",
            RemedyOverHttp = $"{WithoutMember}, or set 'remember' in the approval of each rule that asks",
        };

    /// <summary>Makes a refusal for a folder where the rule permits the same arguments only.</summary>
    public static ActionRefusal NoRememberedFolder(string id) =>
        new($"the rule lets the answer to {id} be remembered for the same arguments only, or its path is not in this call",
            "use --remember arguments, or set 'remember' of the rule to path: and the argument")
        {
            Why = "no-remembered-folder",
            RemedyOverHttp = "give the member remember without folder, or set 'remember' of the rule to path: and the argument",
        };

    /// <summary>Makes a refusal for a path or folder that servers could read differently.</summary>
    public static ActionRefusal OddPath(string what) =>
        new($"{what} is not an absolute path or URI that all servers read in the same way",
            "write a path from the root without '..', '//', '%', backslashes between slashes, and letters that look like others")
        { Why = "odd-path" };

    /// <summary>Makes a refusal for the root of a file system or a host.</summary>
    public static ActionRefusal WholeRoot { get; } =
        new("the folder is the root, so that every path would be in it", "name a folder below the root") { Why = "whole-root" };

    /// <summary>Makes a refusal for a folder that the call is not in.</summary>
    public static ActionRefusal OutsideFolder { get; } =
        new("the path of this call is not in this folder", "name the path of the call, or a folder that contains it") { Why = "outside-folder" };

    /// <summary>Makes a refusal for a time that the rule does not permit.</summary>
    /// <param name="longest">The longest time, in words.</param>
    public static ActionRefusal TooLongRemembered(string longest) =>
        new($"this answer is remembered for at most {longest}",
            $"give --for with a shorter time, or raise 'rememberFor' of the rule or approvals.rememberMax")
        {
            Why = "too-long-remembered",
            RemedyOverHttp = "give a smaller number of seconds, or raise 'rememberFor' of the rule or approvals.rememberMax",
        };

    /// <summary>Makes a refusal for an id that no remembered answer has.</summary>
    public static ActionRefusal UnknownRemembered(string id) =>
        new($"there is no remembered answer {id}", "list them with: gatehouse approval list")
        { Why = ApprovalActs.UnknownRemembered, RemedyOverHttp = "the act approval.list has the remembered answers" };

    /// <summary>Makes a refusal for a remembered answer whose facts cannot be opened any more.</summary>
    public static ActionRefusal RememberedNotReadable(string id) =>
        new($"the content of {id} cannot be opened any more, because a person was erased", "it counts for nothing, and ends by itself")
        { Why = "not-readable" };
}
