using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;

namespace Akka.Embedded.Tests;

/// <summary>Everything about a type or a member that a caller's or a subclass's source depends on, as one line.
/// Generic parameters are named by position, because their names do not matter.</summary>
internal static class Signature
{
    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>The kind of a type: what can be done with it, before any member is looked at.</summary>
    public static string OfKind(Type type)
    {
        string kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{(type.IsPublic || type.IsNestedPublic ? "public" : "protected")} {kind}{Constraints(type.GetGenericArguments())}";
    }

    public static string Of(FieldInfo field)
    {
        string modifiers = field switch
        {
            { IsLiteral: true } => "const ",
            { IsStatic: true, IsInitOnly: true } => "static readonly ",
            { IsStatic: true } => "static ",
            { IsInitOnly: true } => "readonly ",
            _ => "",
        };
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        return $"{Access(field.IsPublic)} {modifiers}{Of(field.FieldType)}{Annotation(s_nullability.Create(field))} {field.Name}{value}";
    }

    public static string Of(MethodBase method)
    {
        string modifiers = method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        string parameters = string.Join(", ", method.GetParameters().Select(Of));
        string extension = HasAttribute(method.CustomAttributes, "ExtensionAttribute") ? "this " : "";
        if (method is not MethodInfo info)
            return $"{Access(method.IsPublic)} new({parameters})";

        return $"{Access(method.IsPublic)} {modifiers}{Modified(info.ReturnParameter)} {info.Name}{Constraints(info.GetGenericArguments())}({extension}{parameters})";
    }

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!) + "&";
        if (type.IsPointer)
            return Of(type.GetElementType()!) + "*";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericMethodParameter)
            return $"!!{type.GenericParameterPosition}";
        if (type.IsGenericTypeParameter)
            return $"!{type.GenericParameterPosition}";
        if (!type.IsGenericType)
            return type.FullName!;

        IEnumerable<string> arguments = type.GetGenericArguments().Select(Of);
        return $"{type.GetGenericTypeDefinition().FullName}<{string.Join(", ", arguments)}>";
    }

    private static string Of(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out " : "";
        string open = HasAttribute(parameter.CustomAttributes, "ParamArrayAttribute") ? "params " : "";
        string value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "";
        return $"{direction}{open}{Modified(parameter)} {parameter.Name}{value}";
    }

    // Required modifiers tell an init accessor from a set accessor, and in from ref.
    private static string Modified(ParameterInfo parameter) =>
        string.Concat(parameter.GetRequiredCustomModifiers().Select(modifier => $"[{modifier.Name}] "))
        + Of(parameter.ParameterType)
        + Annotation(s_nullability.Create(parameter));

    // Nothing where the file has nullable annotations off, as most of Akka.NET has.
    private static string Annotation(NullabilityInfo info) =>
        info.Type.IsValueType
            ? ""
            : info.ReadState switch
            {
                NullabilityState.Nullable => "?",
                NullabilityState.NotNull => "!",
                _ => "",
            };

    private static string Access(bool isPublic) => isPublic ? "public" : "protected";

    private static string Constraints(Type[] parameters)
    {
        if (parameters.Length == 0)
            return "";
        return $"<{string.Join(", ", parameters.Select(Constraints))}>";
    }

    private static string Constraints(Type parameter)
    {
        if (!parameter.IsGenericParameter)
            return Of(parameter);

        IEnumerable<string> types = parameter.GetGenericParameterConstraints().Select(Of).Order(StringComparer.Ordinal);
        return $"{parameter.GenericParameterAttributes}:{string.Join('&', types)}";
    }

    private static string Literal(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "default";

    private static bool HasAttribute(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.Any(attribute => string.Equals(attribute.AttributeType.Name, name, StringComparison.Ordinal));
}
