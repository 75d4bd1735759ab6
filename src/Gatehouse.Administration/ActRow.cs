using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Administration;

/// <summary>
/// A row of the table of acts. The record of the act is what travels, and so is its result. Right, obligations and entry are members of the act.
/// </summary>
internal sealed class ActRow
{
    // A body is one object, in which a list can have objects with lists: commands with their arguments. The writer counts the values in a list too.
    private const int MaxDepth = 4;

    /// <summary>Makes a row.</summary>
    /// <param name="name">The name in paths and on the socket.</param>
    /// <param name="ways">Where it is served.</param>
    /// <param name="summary">The act in a sentence.</param>
    /// <param name="page">The page of the documentation, in <c>docs</c>.</param>
    /// <param name="sample">An act without content, which has the right and the effect of all.</param>
    /// <param name="form">The form of the act, generated with <see cref="Strict"/>.</param>
    /// <param name="result">The form of its result.</param>
    public ActRow(string name, ActWays ways, string summary, string page, AdministrativeAction sample, JsonTypeInfo form, JsonTypeInfo result)
    {
        (Name, Ways, Summary, Page, Sample) = (name, ways, summary, page, sample);
        (Form, ResultForm) = (form, result);
        Members = [.. form.Properties.Where(static member => member.Get is not null).Select(static member => member.Name)];
    }

    /// <summary>The name in paths and on the socket.</summary>
    public string Name { get; }

    /// <summary>Where it is served.</summary>
    public ActWays Ways { get; }

    /// <summary>The act in a sentence.</summary>
    public string Summary { get; }

    /// <summary>The page of the documentation.</summary>
    public string Page { get; }

    /// <summary>An act without content, which has the right and the effect of all.</summary>
    public AdministrativeAction Sample { get; }

    /// <summary>The form of the act.</summary>
    public JsonTypeInfo Form { get; }

    /// <summary>The form of its result.</summary>
    public JsonTypeInfo ResultForm { get; }

    /// <summary>The type of its result.</summary>
    public Type Result => ResultForm.Type;

    /// <summary>Makes the acts of a body, where its name says a part of them or where it has several; null where the body is the act.</summary>
    public Func<AdministrativeAction, ControlReading>? Complete { get; init; }

    /// <summary>The members of its body.</summary>
    public IReadOnlyList<string> Members { get; }

    /// <summary>
    /// Returns options for the forms of acts. An unknown member, and a member that is there twice, would have a meaning that is not carried out. A
    /// null is refused where a member must have a value.
    /// </summary>
    public static JsonSerializerOptions Strict() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        IgnoreReadOnlyProperties = true,
        MaxDepth = MaxDepth + 1,
    };

    /// <summary>
    /// Reads a body as this act. The name chose the type before: no member of the body does. The proof of a person is no member, so that no body
    /// carries a token or claims that a person typed a confirmation at a terminal.
    /// </summary>
    public ControlReading Read(ReadOnlySpan<byte> body)
    {
        if (!StrictRequest.IsPlain(body)) return ActionRefusal.NotTheMembers(Name, Members);
        try
        {
            if (FaultOf(body) is { } fault) return fault;
            return JsonSerializer.Deserialize(body, Form) is AdministrativeAction act
                ? Complete?.Invoke(act) ?? act : ActionRefusal.NotTheMembers(Name, Members);
        }
        catch (JsonException e)
        {
            var path = e.Path?.Replace('[', '.') + ".";
            return Members.FirstOrDefault(member => path.StartsWith($"$.{member}.", StringComparison.Ordinal)) is { } faulty
                ? ActionRefusal.FaultyMember(Name, Members, faulty) : ActionRefusal.NotTheMembers(Name, Members);
        }
    }

    /// <summary>Writes the body of an act.</summary>
    public JsonElement Write(AdministrativeAction act) => JsonSerializer.SerializeToElement(act.Wire, Form);

    /// <summary>Returns the answer with a result.</summary>
    public ControlReply Reply(object value)
    {
        var about = value as ActResult;
        return about?.Reply ?? new ControlReply
        {
            Ok = true,
            Message = about?.Sentence,
            OutsideRemark = about?.OutsideRemark,
            Remarks = about?.Remarks is { Count: > 0 } remarks ? remarks : null,
            Remedy = about?.Remedy,
            Value = JsonSerializer.SerializeToElement(value, ResultForm),
        };
    }

    /// <summary>Reads a result.</summary>
    /// <exception cref="JsonException">It is not a result of this act.</exception>
    public object ReadResult(JsonElement value) => value.Deserialize(ResultForm) ?? throw new JsonException($"the answer to {Name} has no result");

    // The reader of the form names members in words of its own, and takes a null in a list.
    private ActionRefusal? FaultOf(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        Span<bool> isList = stackalloc bool[MaxDepth + 1];
        var missing = Form.Properties.Where(static member => member.IsRequired).Select(static member => member.Name).ToList();
        var last = "";
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                isList[reader.CurrentDepth + 1] = reader.TokenType == JsonTokenType.StartArray;
            if (reader.TokenType == JsonTokenType.Null && isList[reader.CurrentDepth]) return ActionRefusal.FaultyMember(Name, Members, last);
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }) continue;
            last = reader.GetString()!;
            if (!Members.Contains(last)) return ActionRefusal.NotAMember(Name, Members, last);
            missing.Remove(last);
        }

        return missing.Count == 0 ? null : ActionRefusal.MissingMember(Name, Members, missing[0]);
    }
}
